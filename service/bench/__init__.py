"""Measurements that anyone can repeat: `ordna bench NAME`. Nothing here is part of a running service."""
