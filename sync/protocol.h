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
 *   11 SNAP, 13 CONFLICTS   reserved
 *   12 SUMS      both     checksums of the scope by ranges of the order (DIVERGENCE)
 *   14 RELAY     both     a piece of a sealed bundle file that the sender carries for somebody else (ignorable)
 *   15 RELAYED   both     how much of that file is durable here, and in the end what became of it (ignorable)
 *   16 COMPARE   center   tell me what you have between two numbers, of your log or of my order (HEALING)
 *   17 SAMPLES   station  up to SAMPLES_MAX numbers in between with their marks (ignorable)
 *   18 RETURN    station  a chunk of others' changes that the center lost (HEALING)
 *   19 RETURNED  center   which of them are durable here now
 *   20 LOOKUP    station  has this person been at another station? with the reason (ignorable)
 *   21 FOUND     center   the answer (ignorable)
 *
 * TURNS.
 *   1. The station sends in one flight HELLO and, if it has changes the center may not have, one CHANGES of at most CHUNK_FIRST_BYTES, beginning behind the `have` it
 *      remembers. It sends no second chunk before WELCOME (but perhaps a PING: session_station.c).
 *   2. The center answers WELCOME, then ACK once the chunk is durable, then CHANGES for the station's scope with order numbers > HELLO.rcur; the station's own
 *      changes among them are stubs that only tell their place in the order. Nothing to do on either side: WELCOME END, one round trip in all.
 *   3. The station applies, commits, ACKs. At most CHUNK_WINDOW chunks are unacknowledged in each direction.
 *   4. HELLO.once: the center sends END when it has all up to HELLO.head_seq and nothing is left to send; the station, when it has applied and has been acknowledged
 *      everything, answers END (left out if it sent nothing since WELCOME) and closes. Otherwise both stay and send CHANGES whenever there are new ones.
 *
 * CHANGES HEADER. first..last: own seq of the entries, or from the center (cursor before + 1)..(cursor after). last_hash: chain hash at last (station only); the
 *   center refuses the chunk if its own chain comes to another value: nothing of it is kept. log (center only, since 5): the incarnation of the station's log, as HELLO told it; not in files,
 *   whose WELCOME tells it by the chain. A stub is a number and nothing else: told to another log of the same machine it would give its place to another change, and the cursor would pass the one
 *   that it is of. So a station that gets a chunk for another log than it greeted with ends the session and takes nothing of it. raw_bytes: size unpacked, known before unpacking, at most
 *   CHUNK_RAW_MAX_BYTES. packing: PACKING. Entries: core/record/replica.h.
 *
 * PARTS. The history that comes with a hand-over has one number, and may be too long for a chunk. Then the center sends it in chunks of its own that tell up to which place of it they go (upto_fold); the station puts them aside,
 *   leaves its cursor where it is and acknowledges them by that place (ACK.part). The last one, which goes on where they end (from_fold) and tells nothing of its own end, is applied with all of them in one transaction. Parts count for
 *   one session: another begins with the first. In a file they stand one behind the other with the same `first`.
 *
 * PACKING. PACKING_NONE and PACKING_ZSTD are everybody's. HELLO.packings and WELCOME.packings tell which others the sender understands, HELLO.dictionary and WELCOME.dictionary the greatest dictionary it
 *   has: the lower of the two is used. Each side packs as the other told; the station remembers what its center told last, for the chunk that rides with HELLO. A center that cannot read that one (it was
 *   put back to an earlier program) answers ACK{rewind, have} as for a gap, and the station sends it again as WELCOME says.
 *   HISTORY. HELLO.window and WELCOME.window say how far back the chunks that the sender gets may refer (sync/history.h): not in the chunk that rides with HELLO, not in a repair, a RETURN or a file. HELLO.model and WELCOME.model say by which
 *   model their bits may be foretold (sync/foretell.h; 0 or left out: none, zstd only); the first piece of a stream tells which the sender took. A center promises a window only
 *   to a station that has much to send, and only until it has that (HELLO.head_seq). A chunk whose `follows` is not the receiver's mark is answered like a gap: ACK{rewind, have} or PULL; the sender goes on from there with a new stream.
 *   Such chunks that bring nothing new (an earlier session's, repeated) are passed over unread and leave the history as it is.
 *
 * RESUME. There is no state between sessions but the two stores. A session cut anywhere costs the unacknowledged chunks; taking a chunk again changes nothing.
 *   A chunk that begins beyond have + 1 is dropped and answered by ACK{rewind, have}: the station goes on from there.
 *
 * RELAY. HELLO.relay says the station carries files or can, WELCOME.relay that the center takes and gives them; without both none is sent. From the station: bundles of
 *   machines without a network, sealed to the center. From the center: its answers, sealed to those machines. A file is known by the SHA-256 of its bytes. One piece is
 *   out at a time; RELAYED.at tells where the next one begins, so a file cut off goes on where it was, in another session. RELAYED.done ends it: code empty means taken,
 *   else why not, for people; either way the sender does not offer it again. A file refused ends nothing: the session goes on. Each side ends (END) when it has no
 *   file to hand over; RELAYED revokes an END of the center that crossed it.
 *   BACKUPS. WELCOME.keep: the center keeps stations' backups. Then, behind all other files, the station hands over its own, with RELAY.keep_ms, when it was made: the center
 *   cannot read it and opens nothing; done without a code means that all of it is durable there. Nobody else is sent such pieces; a lost one comes back by hand.
 *
 * FILE. A bundle (bundle.h) holds what one side would have sent: HELLO SAMPLES CHANGES.. END of a station, or WELCOME ACK.. CHANGES.. END of its center. There is nobody to
 *   answer, so nothing is acknowledged, windows do not exist, and a chunk that begins beyond have + 1 is an error. An old file is no fork: what it repeats is skipped.
 *   SAMPLES are of the station's log from what the center confirmed to its head: if it forked, the answer is WELCOME{branch} END (perhaps behind a first WELCOME) and nothing of the rest was taken. The
 *   station that reads it branches, unless its log is another one by now, and writes a new file. WELCOME.answers_seq and answers_hash say whose file it was: a copy whose log is another one there leaves the answer alone.
 *   Behind them stand SAMPLES of the order: some, then frames that are not full and so leave none out, up to HELLO.rcur. If the center was put back, the answer is WELCOME{rewind} END, or COMPARE END when they
 *   do not tell where both parted: then the next file holds that range whole. WELCOME.answers_rcur says which file is answered; a rewind that answers an older one is passed over, and so are CHANGES
 *   of one that tell otherwise of numbers that were applied before. After the rewind RETURNs stand
 *   before the CHANGES of the next file, RETURNEDs in its answer. So a center that was put back costs one way there and back more than usual, seldom two. If the chain at WELCOME.have_seq of a rewind is not the
 *   station's, or its log does not reach there, it is a copy as well: nothing of its log counts as confirmed any more, so that the next file holds all of it with SAMPLES from its beginning.
 *
 * HEALING. What a copy, a restore or a power cut can do to either side is found at the next contact and mended there; nothing is lost and nothing waits for a person.
 *   PATH. A machine's own log may have a parent: it was begun (core/record/branch.h) where the parent had base_seq changes; numbers and chain run on, so along the path from the first log to the present
 *     one sequence numbers are contiguous. HELLO.path lists it, newest first: u32 station, 8 bytes incarnation, u64 base_seq each (big-endian), its own log's entry first, at most PATH_MAX_LOGS; left out when the log has no
 *     parent (not when the center is known to have more than its base: it may have lost that). What the center knows of a log's beginning counts, what is told only of logs it does not know. have_seq, CHANGES and ACK count along the path; a chunk never runs across a base. Of changes on the path the station gets stubs, of all others whole entries.
 *   STATION ROLLED BACK (HELLO.head_seq < have), FORKED (chains differ at or below both heads), CLONED (HELLO.lease is neither the log's current lease nor the one before): the center finds the last
 *     number both share (if nothing differs: the station's head, so that a tail that twins have both not sent stays one) - at once if the chain there agrees, else by COMPARE and SAMPLES - and answers WELCOME{branch, common_seq}: nothing else is said in this session. The station begins a new log there
 *     (REQUEST_BRANCH): its tail, if it has one, goes on in it; what the center has beyond comes down like anybody's changes. It connects again at once (outcome.again). The center notes it for the operator.
 *     A station that is told to be behind and by then has all the center has (a file with what was written since HELLO came there first) begins nothing and connects again.
 *   LEASE. 8 random bytes per log, given anew in each WELCOME (durable before it is sent), kept by the station before it goes on. Presented: the current one, or the one before (the answer was lost; then
 *     that one stays the one before). Zeros: never had one. So of two machines with one past the third contact finds out, or the first at which both have written. A center that was put back forgets all
 *     leases (core/record/order.h): what is presented then is no sign of a copy. Files do not touch leases.
 *   ORDER MARK. With each chunk the center tells the mark of its change at `last` (first 8 bytes of SHA-256 of that header); the station keeps it beside rcur and tells it in HELLO.order_mark.
 *   CENTER ROLLED BACK: no change at HELLO.rcur, or another mark. By COMPARE the greatest common order and the least differing one are found. If that one is of the present era, the center begins a
 *     new era (core/record/order.h). WELCOME{rewind, common_order}: the station sets its cursor back (REQUEST_REWIND), hands back others' changes of the lost stretch (RETURN, each acknowledged; RETURNED.left: those it does not
 *     keep; RETURNED.head: the last number it has given by then; with them where the logs began that they are of, so that a log of a copy that is no more is known although nobody greets with it), asks for the order (PULL: until then, as after HELLO.returns, the center sends
 *     none), and sends its own above have again, each with the order number it had. Changes keep their place in the order (fold), however late they come again (given).
 *   SAFE. WELCOME.safe_seq: up to there a proven backup of the center holds the station's log; WELCOME.safe_order (with WELCOME{rewind} only where none was told before): up to there the order. What left a station since then it still keeps for a center that is put
 *     back to that (core/record/left_body.h), and hands it back with the rest.
 *   CONTENT LACKING. Of two copies of a machine the one from which a record was taken away may bring what both wrote, with bare headers, to a center that lost it. WELCOME.wants lists up to 64 numbers (u64 each,
 *     ascending) on the station's path that are so here and that it was not asked for before (core/record/wanted.h). Before everything else the station hands back those that it has whole: RETURN{first 0, last 0}, each acknowledged,
 *     which only fill what is empty; then what the rewind asks for, if there is one; then PULL, until which the center sends no order here either, for by that the station may learn that the record left it, too. Files do not ask.
 *   HELLO.center_incarnation that is none of this center's own logs, now or before: another center; refused (foreign).
 *
 * DIVERGENCE. WELCOME.scope_sum is the XOR over all ordered changes of the station's scope (core/record/scope_sum.h). If nothing followed it in either direction before both ENDs and the station's own sum
 *   differs, the station sends SUMS for 16 ranges of the order; the center answers with those that differ, then with the changes of the last range, and the station puts them in place of its own.
 *   SUMS{differ 0} to the whole order: both hold the same and one of the kept sums is wrong; SUMS{bad}: the center's own copy of the range cannot be read.
 *   What it handed back and the center still holds for its owner counts in that station's sum, and is told to it like the rest (core/record/returned_by.h).
 *   What else it has soundly of others and the center has not there is no damage: the center was put back and went on to numbers that agree by chance. Then nothing is replaced; the station sets its cursor to the
 *   lowest such number, comes again, and HEALING does the rest.
 *
 * LOOKUP. Only while connected; the center answers with who, when and where, never with what was said, and writes down who asked and why. HELLO.lookup and WELCOME.lookup say both know it.
 *
 * REFUSALS (ERR.code = status_name()). auth: key unknown or revoked (forbidden), before any data. fork: healing did not come to an end
 *   (ERR.text says where). version: no common protocol. peer: a rule above was broken. Nothing is lost by a refusal: each side keeps all it has.
 *
 * ENROLMENT. The station has compared the center's key with the one-time code before it sends ENROL{name, proof = HMAC(H(secret), TLS exporter || own pin)}.
 *   The center answers ENROLLED, or ERR auth after counting the try. Either way it closes.
 *
 * TIME. HELLO and WELCOME carry t_ms, the sender's wall clock: shown to people as skew, never used. */
#ifndef SYNC_PROTOCOL_H
#define SYNC_PROTOCOL_H

#include <stdint.h>

/* 2: healing, moved and erased records, columns. With a peer that speaks 1 everything that 1 has goes on; what it cannot take is refused with STATUS_VERSION when it must be sent.
 * 3: the history of a moved record tells the numbers the center has it under (core/record/replica.h). A station that speaks 2 may open a conflict there that nobody else sees.
 * 4: the center asks for content that it lacks (WELCOME.wants). A station that speaks 3 is not asked.
 * 5: a chunk of the order names the station's log (CHANGES.log).
 * 6: chunks of a bulk refer to those before them (PACKING_HISTORY). With a peer that speaks 5 each chunk stands by itself.
 * 7: the history of one record comes in parts (PARTS). A station that speaks 6 cannot get one that is too long for a chunk. */
enum { PROTOCOL_MIN = 1, PROTOCOL_MAX = 7, PROTOCOL_HEALING = 2, PROTOCOL_TAKEN = 3, PROTOCOL_WANTS = 4, PROTOCOL_LOG_NAMED = 5, PROTOCOL_HISTORY = 6, PROTOCOL_PARTS = 7 };

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
    FRAME_SUMS = 12,
    FRAME_CONFLICTS = 13,
    FRAME_RELAY = 14,
    FRAME_RELAYED = 15,
    FRAME_COMPARE = 16,
    FRAME_SAMPLES = 17,
    FRAME_RETURN = 18,
    FRAME_RETURNED = 19,
    FRAME_LOOKUP = 20,
    FRAME_FOUND = 21,
    FRAME_LAST = FRAME_FOUND, /* what is beyond it is of a newer program */
    FRAME_IGNORABLE = 0x80
};

enum {
    FRAME_HEADER_BYTES = 5,
    FRAME_MAX_BYTES = 1024 * 1024,      /* type and payload, packed */
    FRAME_BYTES_PER_S = 500,            /* a slower line is none */
    FRAME_GREETING_MAX_BYTES = 4096,    /* until the peer is known: a stranger can't make us buffer more */
    CHUNK_FIRST_BYTES = 64 * 1024,      /* unpacked entries that ride with HELLO: one bad-link minute is not bet on a guess */
    CHUNK_BYTES = 512 * 1024,           /* unpacked entries of the chunks behind it at most; how many is the line's doing (session_pace.h) */
    CHUNK_RAW_MAX_BYTES = 4 * 1024 * 1024, /* a transaction larger than CHUNK_BYTES travels whole, up to this */
    CHUNK_WINDOW = 4,                   /* chunks on the way per direction */
    RELAY_PIECE_BYTES = 64 * 1024,      /* sent at a time: what a cut costs on a slow line */
    RELAY_PIECE_MAX_BYTES = 256 * 1024, /* taken at a time */
    EXPORTER_BYTES = 32,
    LEASE_BYTES = 8,
    MARK_BYTES = 8,                     /* of a change or a chain value: enough to tell two apart, not to prove anything */
    PATH_MAX_LOGS = 16,
    PATH_ENTRY_BYTES = 4 + 8 + 8,
    SAMPLES_MAX = 64,
    SAMPLE_BYTES = 8 + MARK_BYTES,      /* u64 number, mark */
    SUMS_RANGES = 16,
    RETURN_AHEAD_MAX_BYTES = 8 * (4 + 8 + 8 + MARK_BYTES),
    WANTS_MAX_BYTES = 64 * 8,
    RETURN_LOGS_MAX_BYTES = 32 * (2 * (4 + 8) + 8),
    PACKING_NONE = 0,
    PACKING_ZSTD = 1,
    PACKING_DICTIONARY = 2,             /* zstd with the dictionary that both sides have (HELLO.dictionary, WELCOME.dictionary) */
    PACKING_COLUMNS = 3,                /* laid out by columns (sync/columns.h), then zstd, with the dictionary if the frame says so */
    PACKING_HISTORY = 4,                /* by columns, a piece of the stream of this direction (sync/history.h); agreed by HELLO.window and WELCOME.window and has no bit */
    PACKINGS_MAX = 64                   /* they have a bit each in HELLO and WELCOME */
};

/* TLS exporter label for channel binding (no context). */
#define PROTOCOL_EXPORTER_LABEL "EXPORTER-aidpost-enrol-1"

#define HANDSHAKE_TIMEOUT_MS (INT64_C(30) * 1000)  /* from connected to HELLO or WELCOME */
#define FRAME_TIMEOUT_MS (INT64_C(2) * 60 * 1000)  /* from a frame's first byte to its last, and a second more for each FRAME_BYTES_PER_S of it that came */
#define IDLE_TIMEOUT_MS (INT64_C(5) * 60 * 1000)   /* nothing received: the line is dead */
#define PING_EVERY_MS (INT64_C(4) * 60 * 1000)     /* nothing sent: say we are here */

#endif /* SYNC_PROTOCOL_H */
