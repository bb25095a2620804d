/* sync/protocol.h - what a station and its center say to each other: frames, turns, limits. This comment is the protocol.
 *
 * CARRIER. An ordered byte stream that is already private and mutually authenticated (TLS 1.3 with pinned keys, or a sealed bundle file). Nothing here repeats its job.
 *
 * FRAME      u32 length (big-endian, of type and payload: 1..FRAME_MAX_BYTES)  u8 type  payload
 *   bit 7 of type (FRAME_IGNORABLE): a receiver that does not know the type skips the frame; an unknown type without it is a PEER error.
 * MESSAGE    Payloads are deterministic CBOR maps with integer keys; the keys are in message.c, one table per frame type. A field with its zero value is left
 *   out; an unknown key is skipped, so fields can be added. CHANGES is such a map followed by the packed entries up to the frame's end.
 *
 *   type          from     payload
 *    1 HELLO      station  who I am, what I have, what I believe the center has; opens a session
 *    2 WELCOME    center   what I have of your log, where my order stands
 *    3 CHANGES    both     station: own changes, contiguous by seq.  center: changes in my order, for your scope
 *    4 ACK        both     center: your log is durable here up to have.  station: your order is applied here up to rcur
 *    5 PULL       station  send your order again from here
 *    6 ERR        both     why I stop, as a code and in words; the sender closes behind it
 *    7 PING       both     still here (no answer; each side sends its own)
 *    8 END        both     nothing more from me
 *    9 ENROL      station  instead of HELLO: my proof that I know a one-time code
 *   10 ENROLLED   center   your number, your org
 *   11 SNAP, 12 SCOPE, 13 CONFLICTS   reserved
 *   14 RELAY     both     a piece of a sealed bundle file that the sender carries for somebody else (ignorable)
 *   15 RELAYED   both     how much of that file is durable here, and in the end what became of it (ignorable)
 *
 * TURNS.
 *   1. The station sends in one flight HELLO and, if it has changes the center may not have, one CHANGES of at most CHUNK_FIRST_BYTES, beginning behind the `have` it
 *      remembers. It sends no second chunk before WELCOME.
 *   2. The center answers WELCOME, then ACK once the chunk is durable, then CHANGES for the station's scope with order numbers > HELLO.rcur; the station's own
 *      changes among them are stubs that only tell their place in the order. Nothing to do on either side: WELCOME END, one round trip in all.
 *   3. The station applies, commits, ACKs. At most CHUNK_WINDOW chunks are unacknowledged in each direction.
 *   4. HELLO.once: the center sends END when it has all up to HELLO.head_seq and nothing is left to send; the station, when it has applied and has been acknowledged
 *      everything, answers END (left out if it sent nothing since WELCOME) and closes. Otherwise both stay and send CHANGES whenever there are new ones.
 *
 * CHANGES HEADER. first..last: own seq of the entries, or from the center (cursor before + 1)..(cursor after). last_hash: chain hash at last (station only); the
 *   center refuses the chunk if its own chain comes to another value: nothing of it is kept. raw_bytes: size unpacked, known before unpacking, at most
 *   CHUNK_RAW_MAX_BYTES. packing: 0 none, 1 zstd. Entries: core/record/replica.h.
 *
 * RESUME. There is no state between sessions but the two stores. A session cut anywhere costs the unacknowledged chunks; taking a chunk again changes nothing.
 *   A chunk that begins beyond have + 1 is dropped and answered by ACK{rewind, have}: the station goes on from there.
 *
 * RELAY. HELLO.relay says the station carries files or can, WELCOME.relay that the center takes and gives them; without both none is sent. From the station: bundles of
 *   machines without a network, sealed to the center. From the center: its answers, sealed to those machines. A file is known by the SHA-256 of its bytes. One piece is
 *   out at a time; RELAYED.at tells where the next one begins, so a file cut off goes on where it was, in another session. RELAYED.done ends it: code empty means taken,
 *   else why not, for people; either way the sender does not offer it again. A file refused ends nothing: the session goes on. Each side ends (END) when it has no
 *   file to hand over; RELAYED revokes an END of the center that crossed it.
 *
 * FILE. A bundle (bundle.h) holds what one side would have sent: HELLO CHANGES.. END of a station, or WELCOME ACK.. CHANGES.. END of its center. There is nobody to
 *   answer, so nothing is acknowledged, windows do not exist, and a chunk that begins beyond have + 1 is an error. An old file is no fork: what it repeats is skipped.
 *
 * REFUSALS (ERR.code = status_name()). auth: key unknown or revoked (forbidden), before any data. fork: the same log differs on both sides; a station or center was
 *   restored from a copy (ERR.text says which). version: no common protocol. peer: a rule above was broken. Nothing is lost by a refusal: each side keeps all it has.
 *
 * ENROLMENT. The station has compared the center's key with the one-time code before it sends ENROL{name, proof = HMAC(H(secret), TLS exporter || own pin)}.
 *   The center answers ENROLLED, or ERR auth after counting the try. Either way it closes.
 *
 * TIME. HELLO and WELCOME carry t_ms, the sender's wall clock: shown to people as skew, never used. */
#ifndef SYNC_PROTOCOL_H
#define SYNC_PROTOCOL_H

#include <stdint.h>

enum { PROTOCOL_MIN = 1, PROTOCOL_MAX = 1 };

enum frame_type {
    FRAME_HELLO = 1,
    FRAME_WELCOME = 2,
    FRAME_CHANGES = 3,
    FRAME_ACK = 4,
    FRAME_PULL = 5,
    FRAME_ERR = 6,
    FRAME_PING = 7,
    FRAME_END = 8,
    FRAME_ENROL = 9,
    FRAME_ENROLLED = 10,
    FRAME_SNAP = 11,
    FRAME_SCOPE = 12,
    FRAME_CONFLICTS = 13,
    FRAME_RELAY = 14,
    FRAME_RELAYED = 15,
    FRAME_IGNORABLE = 0x80
};

enum {
    FRAME_HEADER_BYTES = 5,
    FRAME_MAX_BYTES = 1024 * 1024,      /* type and payload, packed */
    FRAME_GREETING_MAX_BYTES = 4096,    /* until the peer is known: a stranger can't make us buffer more */
    CHUNK_FIRST_BYTES = 64 * 1024,      /* unpacked entries that ride with HELLO: one bad-link minute is not bet on a guess */
    CHUNK_BYTES = 256 * 1024,           /* unpacked entries of the chunks behind it */
    CHUNK_RAW_MAX_BYTES = 4 * 1024 * 1024, /* a transaction larger than CHUNK_BYTES travels whole, up to this */
    CHUNK_WINDOW = 4,                   /* chunks on the way per direction */
    RELAY_PIECE_BYTES = 64 * 1024,      /* sent at a time: what a cut costs on a slow line */
    RELAY_PIECE_MAX_BYTES = 256 * 1024, /* taken at a time */
    EXPORTER_BYTES = 32,
    PACKING_NONE = 0,
    PACKING_ZSTD = 1
};

/* TLS exporter label for channel binding (no context). */
#define PROTOCOL_EXPORTER_LABEL "EXPORTER-aidpost-enrol-1"

#define HANDSHAKE_TIMEOUT_MS (INT64_C(30) * 1000)  /* from connected to HELLO or WELCOME */
#define IDLE_TIMEOUT_MS (INT64_C(5) * 60 * 1000)   /* nothing received: the line is dead */
#define PING_EVERY_MS (INT64_C(4) * 60 * 1000)     /* nothing sent: say we are here */

#endif /* SYNC_PROTOCOL_H */
