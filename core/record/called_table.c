/* core/record/called_table.c - see called_table.h. */
#include "core/record/called_table.h"

#include <string.h>

#define BOTH (CALLED_SUBJECT | CALLED_BEARER)

/* In the catalogue's order. */
const struct called_field called_fields[] = {
    {"org", "name", CALLED_NAME, CALLED_BEARER},
    {"org", "phone", CALLED_PHONE, CALLED_BEARER},
    {"org", "leader", CALLED_NAME, CALLED_NOBODY},
    {"org", "contact", CALLED_NAME, CALLED_NOBODY},
    {"user", "display", CALLED_NAME, CALLED_BEARER},
    {"user", "phone", CALLED_PHONE, CALLED_BEARER},
    {"person", "name", CALLED_NAME, BOTH},
    {"person", "id_no", CALLED_ID_NO, BOTH},
    {"person", "phone", CALLED_PHONE, BOTH},
    {"person", "phone2", CALLED_PHONE, CALLED_SUBJECT},
    {"consultation", "name", CALLED_NAME, BOTH},
    {"consultation", "id_no", CALLED_ID_NO, BOTH},
    {"consultation", "phone", CALLED_PHONE, BOTH},
    {"case", "name", CALLED_NAME, BOTH},
    {"case", "id_no", CALLED_ID_NO, BOTH},
    {"case", "phone", CALLED_PHONE, BOTH},
    {"case", "agent", CALLED_NAME, BOTH | CALLED_LIST},
    {"case", "opponent", CALLED_NAME, BOTH | CALLED_LIST},
    {"case", "handler", CALLED_NAME, CALLED_NOBODY},
    {"case", "second_handler", CALLED_NAME, CALLED_NOBODY},
    {"step", "old_handler", CALLED_NAME, CALLED_NOBODY},
    {"step", "wish", CALLED_NAME, CALLED_NOBODY},
    {"material", "giver", CALLED_NAME, CALLED_NOBODY},
    {"party", "name", CALLED_NAME, BOTH},
    {"party", "id_no", CALLED_ID_NO, BOTH},
    {"party", "phone", CALLED_PHONE, BOTH},
    {"document", "name", CALLED_NAME, CALLED_NOBODY}, /* a court, a bureau; the applicant is called so by the case, a volunteer by his letter */
    {"document", "receiver", CALLED_NAME, CALLED_NOBODY},
    {"handler", "name", CALLED_NAME, CALLED_BEARER},
    {"handler", "phone", CALLED_PHONE, CALLED_BEARER},
    {"payment", "handler", CALLED_NAME, CALLED_NOBODY},
    {"payment", "name", CALLED_NAME, CALLED_SUBJECT},
    {"relation", "name", CALLED_NAME, CALLED_SUBJECT},
    {"relation", "phone", CALLED_PHONE, CALLED_SUBJECT},
    {"merge", "name", CALLED_NAME, CALLED_SUBJECT},
    {"case_group", "opponent", CALLED_NAME, CALLED_SUBJECT | CALLED_LIST},
    {"duty_help", "lawyer", CALLED_NAME, CALLED_NOBODY},
    {"duty_help", "name", CALLED_NAME, CALLED_SUBJECT},
    {"return_visit", "name", CALLED_NAME, CALLED_SUBJECT},
    {"service_hours", "name", CALLED_NAME, CALLED_SUBJECT},
    {"referral", "name", CALLED_NAME, CALLED_SUBJECT},
    {"referral", "phone", CALLED_PHONE, CALLED_SUBJECT},
    {"attendance", "name", CALLED_NAME, CALLED_SUBJECT},
    {"honour", "name", CALLED_NAME, CALLED_SUBJECT},
    {"token", "giver", CALLED_NAME, CALLED_SUBJECT},
    {"token", "recipient", CALLED_NAME, CALLED_NOBODY},
    {"volunteer", "name", CALLED_NAME, BOTH},
    {"volunteer", "id_no", CALLED_ID_NO, BOTH},
    {"volunteer", "phone", CALLED_PHONE, BOTH},
    {"appointment_letter", "name", CALLED_NAME, CALLED_SUBJECT},
    {"training", "trainer", CALLED_NAME, CALLED_NOBODY},
    {"volunteer_fault", "name", CALLED_NAME, CALLED_SUBJECT},
    {"staff", "name", CALLED_NAME, BOTH},
    {"staff", "phone", CALLED_PHONE, BOTH},
    {"duty_shift", "name", CALLED_NAME, CALLED_SUBJECT},
    {"duty_shift", "substitute", CALLED_NAME, CALLED_NOBODY},
    {"meeting", "host", CALLED_NAME, CALLED_NOBODY},
    {"meeting_action", "who", CALLED_NAME, CALLED_NOBODY},
    {"complaint", "name", CALLED_NAME, CALLED_SUBJECT},
    {"complaint", "phone", CALLED_PHONE, CALLED_SUBJECT},
    {"complaint", "against", CALLED_NAME, CALLED_NOBODY},
    {"organ_opinion", "name", CALLED_NAME, CALLED_NOBODY},
    {"eval", "name", CALLED_NAME, CALLED_SUBJECT},
    {"eval", "handler", CALLED_NAME, CALLED_NOBODY},
    {"assessment", "name", CALLED_NAME, CALLED_SUBJECT},
    {"reward", "name", CALLED_NAME, CALLED_SUBJECT},
};

const size_t called_n_fields = sizeof called_fields / sizeof called_fields[0];

const struct called_field *called_field(const char *type, const char *field)
{
    for (size_t i = 0; i < called_n_fields; i++)
        if (strcmp(called_fields[i].field, field) == 0 && strcmp(called_fields[i].type, type) == 0)
            return &called_fields[i];
    return NULL;
}

/* What people write where a name is due and nobody is to be named. */
static const char *const NO_NAMES[] = {"本人", "自己", "当事人", "申请人", "受援人", "不详", "不明", "未知", "匿名", "暂无", "没有", "同上", "家属", "亲属"};

bool called_is_no_name(const char *text, size_t len)
{
    for (size_t i = 0; i < sizeof NO_NAMES / sizeof NO_NAMES[0]; i++)
        if (strlen(NO_NAMES[i]) == len && memcmp(NO_NAMES[i], text, len) == 0)
            return true;
    return false;
}
