/* core/case/erasure_table.c - see erasure_table.h. */
#include "core/case/erasure_table.h"

/* By what is erased. */
const struct erasure_rule erasure_rules[] = {
    {"case", "step", "case_id", ERASURE_PART},
    {"case", "material", "case_id", ERASURE_PART},
    {"case", "party", "case_id", ERASURE_PART},
    {"case", "document", "case_id", ERASURE_PART},
    {"case", "payment", "case_id", ERASURE_PART},
    {"case", "duty_help", "case_id", ERASURE_PART},
    {"case", "return_visit", "case_id", ERASURE_PART},
    {"case", "referral", "case_id", ERASURE_PART},
    {"case", "media_item", "case_id", ERASURE_PART},
    {"case", "token", "case_id", ERASURE_PART},
    {"case", "complaint", "case_id", ERASURE_PART},
    {"case", "organ_opinion", "case_id", ERASURE_PART},
    {"case", "court_observation", "case_id", ERASURE_PART},
    {"case", "eval", "case_id", ERASURE_PART},
    {"eval", "eval_item", "eval", ERASURE_PART},
    {"case", "case", "prev_case", ERASURE_STAYS},
    {"case_group", "case", "case_group", ERASURE_STAYS},
    {"return_visit", "return_visit", "corrects", ERASURE_STAYS},
    {"return_visit", "complaint", "visit", ERASURE_STAYS},
    {"complaint", "return_visit", "complaint", ERASURE_STAYS},
    {"complaint", "volunteer_fault", "complaint", ERASURE_STAYS},
    {"complaint", "reward", "complaint", ERASURE_STAYS},

    {"person", "relation", "person", ERASURE_PART},
    {"person", "relation", "other", ERASURE_GOES},
    {"person", "consultation", "person", ERASURE_GOES},
    {"person", "case", "applicant", ERASURE_GOES},
    {"person", "merge", "survivor", ERASURE_FILES},
    {"person", "merge", "loser", ERASURE_FILES},
    {"person", "person", "merged_into", ERASURE_FILES},
    {"consultation", "case", "consultation", ERASURE_STAYS},
    {"referral", "consultation", "referral", ERASURE_STAYS},

    {"volunteer", "appointment_letter", "volunteer", ERASURE_GOES},
    {"document", "appointment_letter", "document", ERASURE_TAKES},
    {"volunteer", "service_hours", "volunteer", ERASURE_GOES},
    {"volunteer", "volunteer_fault", "volunteer", ERASURE_GOES},
    {"volunteer", "attendance", "volunteer", ERASURE_GOES},
    {"volunteer", "duty_shift", "volunteer", ERASURE_GOES},
    {"volunteer", "assessment", "subject", ERASURE_GOES},
    {"volunteer", "consultation", "volunteer", ERASURE_STAYS},
    {"volunteer", "referral", "volunteer", ERASURE_STAYS},
    {"volunteer", "complaint", "volunteer", ERASURE_STAYS},
    {"volunteer", "reward", "volunteer", ERASURE_STAYS},
    {"assessment", "assessment_item", "assessment", ERASURE_PART},
    {"assessment", "reward", "assessment", ERASURE_STAYS},

    {"event", "event_material", "event", ERASURE_PART},
    {"event", "consultation", "event", ERASURE_STAYS},
    {"event", "case", "event", ERASURE_STAYS},
    {"event", "service_hours", "event", ERASURE_STAYS},
    {"event", "media_item", "event", ERASURE_STAYS},
    {"event", "volunteer", "event", ERASURE_STAYS},
    {"event", "appointment_letter", "event", ERASURE_STAYS},
    {"event", "volunteer_fault", "event", ERASURE_STAYS},
    {"event", "training", "event", ERASURE_STAYS},
    {"event", "meeting", "event", ERASURE_STAYS},
    {"training", "attendance", "training", ERASURE_PART},
    {"meeting", "attendance", "meeting", ERASURE_PART},
    {"meeting", "meeting_action", "meeting", ERASURE_PART},
    {"report_snapshot", "report_snapshot", "replaces", ERASURE_STAYS},
};

const size_t erasure_n_rules = sizeof erasure_rules / sizeof erasure_rules[0];

bool erasure_is_open(const struct record_type *type)
{
    return (type->flags & (TYPE_SHARED | TYPE_INNER)) == 0;
}
