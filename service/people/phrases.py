"""Start passwords: a few Swedish words that can be read out over a telephone and used once."""

from __future__ import annotations

import secrets

from service.people.passwords import wrong_with

_LIST = """
    abborre album alfabet ananas anis ankare april arena arkiv artikel aska aspen atlas avsats backe
    bagare balja ballong banan banjo barkbit basar batteri berg besked bete bilaga bild blad blixt blomma
    bokhylla boll bord borste botten brev bricka brokad brunn buske bygel byxa cello cement cirkel citron
    cykel dagbok dagg damm dans datum delfin detalj diamant dimma disk dragon droppe dunge dusch ekorre
    elva engelsk enris epos etikett facit fager fagott fasan fasett fiber fika filt finger fiol fisk fjord
    flagga flaska flinta flod flotte fokus fotboll foting fredag frost frukost fura fyrtorn galosch gardin
    garn gata gave gitarr glass glimmer gnista gondol granit gravyr grind grotta grupp guppy gurka hage
    hallon hammare handske harpa hasselnot havre hektar helg hink hjort hjul honung humla hylla hyvel
    igelkott indigo jacka januari jasmin jolle jord jubel juni juvel kabel kaffe kaja kaktus kalas kamel
    kanel kanot kapten karta kastanj kedja kikare kiosk kista klippa klocka knapp kompass konsert koral
    korg kork kran krita kryp kudde kulle kupol kvarn kvast lagun lampa lavendel ledare lekplats lilja
    limpa linjal lins lokal lotus lucka lunch lykta makrill mandel mango mantel marmor mask matta melodi
    minut mistel mjukglass molekyl moln moped mosaik mugg murgrona muskot mynt myrten nacka nektar nickel
    norrsken notis november nypon oktober oliv onsdag opal orgel orkester paddel palett panel papper parad
    park pastej paviljong pendel pensel peppar persika piano pigment pinje pion plakat planet plommon
    pokal polka porslin potatis prisma propeller puls purjo pyramid radar radio ranunkel raps regn rekord
    replik ribba ring robot roman rosett roulett rubin ruin rulle rymd safir sallad samling sandal satin
    segel sekund serum sida sikt silver siren sked skifer skog skola skorpa skruv smaragd snigel solros
    spade spegel spindel sporre stege sten stig stol strand sylt symbol syren tabell tablett tambur tango
    tapet tavla tegel tempel teve timme tistel topas torg torn torsdag trappa trio trumma tulpan tunnel
    turban udde uggla vagn valnot vandel vanilj vers viadukt vimpel vinda viol visp vykort zebra zenit
    zink
"""
_WORDS = tuple(_LIST.split())
_COUNT = 5


def start_password(login: str) -> str:
    """Five words at random, more than 40 bits: for a person to replace at the first signing in."""
    while True:
        phrase = "-".join(secrets.choice(_WORDS) for _ in range(_COUNT))
        if wrong_with(phrase, login) is None:  # never the login's own name, nor too short
            return phrase
