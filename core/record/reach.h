/* core/record/reach.h - records that change hands: moved to another org with all that hangs on them, shared with one, erased by law.
 *
 * Three more kinds of change (change.h: CHANGE_MOVE, CHANGE_SHARE, CHANGE_ERASE), written at the center only; a station's are quarantined.
 *   MOVE    header.scope = the new org; body { 1: old org }. The row's scope becomes the new one. At the center every change of the row is from now on of the new scope; the old org hears of the move itself
 *           (table reach), takes the row out, and with it the bodies of all its changes that have a place in the order; a pending edit is still sent, is accepted when its author could not know, and flagged
 *           "记录已移交". The new org gets, with the move's number as `given`, the row's whole history at its old places (fold), then the move.
 *   SHARE   header.scope = the owner's; body { 1: org, 2: 1 begin | 0 end }. The org gets the history like a move's receiver and every later change (reach); it may write what a station may. End: as a move's leaver.
 *   ERASE   header.scope = the row's; body { 1: reason text, 2: officer text }. Every machine that hears of it empties the row for good, drops the bodies of all its changes (headers and chain stay), its
 *           conflicts, base values, drafts and search entries, and then has the space overwritten (secure_delete, full-text rebuild, checkpoint). A change of the row that comes later is taken without its body.
 * A record type says what goes along: rows whose case_id (or, for a person, person_id where the catalogue says so) names it. */
#ifndef CORE_RECORD_REACH_H
#define CORE_RECORD_REACH_H

#include "core/record/records.h"

enum { REACH_OLD_SCOPE = 1, REACH_SHARE_ORG = 1, REACH_SHARE_ON = 2, REACH_ERASE_REASON = 1, REACH_ERASE_OFFICER = 2 };

#endif /* CORE_RECORD_REACH_H */
