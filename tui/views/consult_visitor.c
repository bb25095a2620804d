/* tui/views/consult_visitor.c - see consult_visitor.h. */
#include "tui/views/consult_visitor.h"

#include <string.h>

#include "core/base/language.h"
#include "core/base/utf8.h"
#include "core/record/search.h"
#include "tui/views/common.h"

struct hits {
    const struct record_type *types[VISITOR_HITS];
    struct id ids[VISITOR_HITS];
    size_t n;
};

static bool collect(void *context, const struct search_hit *hit)
{
    struct hits *hits = context;
    hits->types[hits->n] = hit->type;
    hits->ids[hits->n++] = hit->id;
    return hits->n < VISITOR_HITS;
}

/* Two records of one name are one person unless their phones say otherwise. */
static struct visitor *find_person(struct visitors *visitors, const char *name, const char *phone)
{
    for (size_t i = 0; i < visitors->n; i++) {
        struct visitor *who = &visitors->people[i];
        bool phones = who->phone[0] == '\0' || phone[0] == '\0' || strcmp(who->phone, phone) == 0;
        if (strcmp(who->name, name) == 0 && phones)
            return who;
    }
    return NULL;
}

static void add_record(struct visitors *visitors, const struct record *record, const struct code_book *codes)
{
    char name[sizeof visitors->people[0].name], phone[sizeof visitors->people[0].phone];
    bool consultation = strcmp(record->type->name, "consultation") == 0;
    copy_text(name, sizeof name, record_text(record, "name"));
    copy_text(phone, sizeof phone, record_text(record, "phone"));
    if (name[0] == '\0')
        return;
    struct visitor *who = find_person(visitors, name, phone);
    if (who == NULL) {
        if (visitors->n == VISITORS_MAX)
            return;
        who = &visitors->people[visitors->n++];
        *who = (struct visitor){.type = record->type, .id = record->id};
        memcpy(who->name, name, sizeof name);
    }
    if (who->phone[0] == '\0')
        memcpy(who->phone, phone, sizeof phone);
    if (!consultation)
        return;
    int64_t day = record_get(record, catalogue_field(record->type, "date")).number;
    who->times++;
    if (who->times == 1 || day > who->day) {
        who->type = record->type;
        who->id = record->id;
        who->day = (int32_t)day;
        record_field_copy(record, "category", codes, who->category, sizeof who->category);
    }
}

static void find_type(struct visitors *visitors, const struct view *view, const char *typed, const char *type)
{
    struct app_context *context = view_context(view);
    struct hits hits = {.n = 0};
    if (search_names(context->store, context->actor, typed, catalogue_find(type), VISITOR_HITS, collect, &hits, NULL) != STATUS_OK)
        return;
    for (size_t i = 0; i < hits.n; i++) {
        struct record record;
        if (records_get(context->store, context->actor, hits.types[i], hits.ids[i], &record, NULL) != STATUS_OK)
            continue;
        if (!record.deleted)
            add_record(visitors, &record, context->codes);
        record_release(&record);
    }
}

void visitors_find(struct visitors *visitors, const struct view *view, const char *typed)
{
    visitors->n = 0;
    if (utf8_count(typed, strlen(typed)) < 2)
        return;
    find_type(visitors, view, typed, "consultation");
    find_type(visitors, view, typed, "person");
}

static const char *phone_tail(const char *phone)
{
    size_t len = strlen(phone);
    return len > 4 ? phone + len - 4 : phone;
}

static bool is_number(const char *typed)
{
    return typed[0] != '\0' && typed[strspn(typed, "0123456789")] == '\0';
}

static void one_text(const struct visitor *who, const char *typed, int64_t now_ms, struct buf *out)
{
    if (strcmp(who->name, typed) != 0)
        buf_printf(out, "%s ", who->name);
    if (who->times > 0) {
        char day[SHORT_DAY_BYTES];
        short_day_text(who->day, now_ms, day);
        buf_printf(out, _("来过 %u 次，最近 %s %s"), who->times, day, who->category);
    } else {
        buf_puts(out, _("有人员档案"));
    }
    buf_puts(out, is_number(typed) ? _("  Enter沿用资料") : _("  1沿用资料  2新来访"));
}

void visitors_text(const struct visitors *visitors, const char *typed, int64_t now_ms, struct buf *out)
{
    if (visitors->n == 0 || visitors->dismissed)
        return;
    if (visitors->n == 1) {
        one_text(&visitors->people[0], typed, now_ms, out);
        return;
    }
    bool first_enter = is_number(typed) && !visitors->asked;
    if (first_enter)
        buf_puts(out, _("Enter选人: "));
    for (size_t i = 0; i < visitors->n; i++) {
        const struct visitor *who = &visitors->people[i];
        buf_printf(out, "%zu%s%s%s  ", i + 1, who->name, who->phone[0] != '\0' ? " " : "", phone_tail(who->phone));
    }
    if (!is_number(typed))
        buf_printf(out, _("%d新来访"), VISITOR_NEW);
}

const struct visitor *visitors_choose(const struct visitors *visitors, int digit, bool *dismiss)
{
    *dismiss = false;
    if (visitors->n == 0 || visitors->dismissed || digit < 1)
        return NULL;
    if ((size_t)digit <= visitors->n)
        return &visitors->people[digit - 1];
    *dismiss = digit == VISITOR_NEW || (visitors->n == 1 && digit == 2);
    return NULL;
}
