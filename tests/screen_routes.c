/* tests/screen_routes.c - see screen_routes.h. */
#include "tests/screen_routes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tui/views/views.h"

#define TOP(view) .symbol = #view, .class = &(view)

const struct screen_route SCREEN_ROUTES[] = {
    {.name = "home", TOP(view_home)},
    {.name = "first-start", TOP(view_first_start), .first = &view_first_start, .argument = {.text = "/var/lib/aidpost"}, .seat = PRACTICE_NOBODY},
    {.name = "first-setup", TOP(view_first_setup), .first = &view_first_start, .argument = {.text = "/var/lib/aidpost"}, .keys = "3", .seat = PRACTICE_NOBODY},
    {.name = "consult-entry", TOP(view_consult_entry), .keys = "11 Enter 张 文 芳 Enter 2 13900000001 Enter Enter ld"},
    {.name = "consult-answer", TOP(view_consult_entry), .keys = "11 Enter 张 文 芳 Enter 2 13900000001 Enter Enter 02 三 个 月 没 发 工 资 Enter 2+17 Enter"},
    {.name = "search", TOP(view_search), .keys = "F3 z g r"},
    {.name = "search-none", TOP(view_search), .keys = "F3 g z"},
    {.name = "list-consultations", TOP(view_record_list), .keys = "16 Enter"},
    {.name = "list-cases", TOP(view_record_list), .keys = "13 Enter"},
    {.name = "list-people", TOP(view_record_list), .keys = "14 Enter"},
    {.name = "record-edit", TOP(view_record_edit), .keys = "14 Enter Enter"},
    {.name = "record-new", TOP(view_record_edit), .keys = "14 Enter F5"},
    {.name = "case-new", TOP(view_case_action), .keys = "12 Enter"},
    {.name = "case", TOP(view_case), .keys = "13 Enter Down Enter"},
    {.name = "case-materials", TOP(view_case), .keys = "13 Enter Down Enter 2"},
    {.name = "case-parties", TOP(view_case), .keys = "13 Enter Down Enter 3"},
    {.name = "case-log", TOP(view_case), .keys = "13 Enter Down Enter 4"},
    {.name = "case-papers", TOP(view_case), .keys = "13 Enter Down Enter 5"},
    {.name = "case-do", TOP(view_case), .keys = "13 Enter Down Enter F2"},
    {.name = "case-action", TOP(view_case_action), .keys = "13 Enter Enter F2 Enter"},
    {.name = "case-roster", TOP(view_case_action), .keys = "13 Enter Enter F2 Enter F4 身份证 Enter 01 2 Enter 3 Enter 1 户口簿 Enter 01"},
    {.name = "related", TOP(view_related), .keys = "13 Enter Down Enter Ctrl-R"},
    {.name = "history", TOP(view_history), .keys = "11 Enter 张 文 芳 Enter 2 Enter Enter Enter 01 工 资 没 发 Enter F2 F10 16 Enter Enter F7"},
    {.name = "document", TOP(view_document), .keys = "13 Enter Down Enter F8"},
    {.name = "drafts", TOP(view_drafts), .keys = "11 Enter 王 建 国 Enter F10 31 Enter 17 Enter 4 Enter"},
    {.name = "todo", TOP(view_todo), .keys = "21 Enter"},
    {.name = "sync", TOP(view_sync), .keys = "15 Enter"},
    {.name = "stations", TOP(view_stations), .keys = "15 Enter", .seat = PRACTICE_CENTER},
    {.name = "stick", TOP(view_stick), .keys = "15 Enter 3"},
    {.name = "conflicts", TOP(view_conflicts), .first = &view_conflicts, .seat = PRACTICE_APART},
    {.name = "bulk", TOP(view_bulk), .keys = "16 Enter Ctrl-T Ctrl-T F8"},
    {.name = "conflict", TOP(view_conflict), .first = &view_conflicts, .keys = "Enter", .seat = PRACTICE_APART},
    {.name = "conflicts-none", TOP(view_conflicts), .keys = "17 Enter"},
    {.name = "lookup", TOP(view_lookup), .first = &view_lookup, .argument = {.text = "张文芳"}},
    {.name = "leave", TOP(view_leave), .first = &view_leave, .argument = {.text = "陈静"}},
    {.name = "passages-none", TOP(view_passages), .first = &view_passages},
    {.name = "flagged-none", TOP(view_flagged), .first = &view_flagged, .seat = PRACTICE_CENTER},
    {.name = "password", TOP(view_password), .first = &view_password, .seat = PRACTICE_ACCOUNT},
    {.name = "help", TOP(view_help), .keys = "11 Enter F1"},
    {.name = "help-field", TOP(view_help), .keys = "13 Enter Enter F2 Enter F1"},
    {.name = "help-index", TOP(view_help_index), .keys = "18 Enter"},
    {.name = "help-nobody", TOP(view_help_index), .first = &view_first_start, .keys = "F1 F4", .seat = PRACTICE_NOBODY},
    {.name = "help-find", TOP(view_help_index), .keys = "F1 F4 导 出"},
    {.name = "law", TOP(view_law), .keys = "19 Enter"},
    {.name = "rules", TOP(view_rules), .keys = "20 Enter"},
    {.name = "registers", TOP(view_registers), .keys = "25 Enter"},
    {.name = "act", TOP(view_act), .first = &view_act, .argument = {.type = "complaint"}, .find_type = "complaint"},
    {.name = "merge", TOP(view_merge), .keys = "14 Enter F5 王晓月 Enter Enter Enter 1 1971-01-06 Enter Enter Enter 15402049021 F2 F10 F10 24 Enter Enter", .seat = PRACTICE_CENTER},
    {.name = "ledgers", TOP(view_ledgers), .keys = "26 Enter"},
    {.name = "ledger", TOP(view_ledger), .keys = "26 Enter Enter"},
    {.name = "duplicates", TOP(view_duplicates), .keys = "24 Enter"},
    {.name = "outreach", TOP(view_outreach), .keys = "27 Enter"},
    {.name = "outreach-start", TOP(view_outreach_start), .keys = "27 Enter F5"},
    {.name = "outreach-event", TOP(view_outreach_event), .keys = "27 Enter Enter"},
    {.name = "outreach-lines", TOP(view_outreach_event), .keys = "27 Enter Enter 交通 Space 1 Enter ldjf Space 2 Space 张 三 Enter hyjt Space 2 Enter"},
    {.name = "outreach-tally", TOP(view_outreach_tally), .keys = "27 Enter Enter F6"},
    {.name = "outreach-material", TOP(view_outreach_material), .first = &view_outreach_material, .find_type = "event"},
    {.name = "outreach-close", TOP(view_outreach_close), .first = &view_outreach_close, .find_type = "event"},
    {.name = "figures", TOP(view_figures), .keys = "29 Enter"},
    {.name = "campaign", TOP(view_figures), .first = &view_figures, .find_type = "campaign"},
    {.name = "campaign-text", TOP(view_campaign_text), .first = &view_campaign_text, .find_type = "campaign"},
    {.name = "stock", TOP(view_stock), .first = &view_stock},
    {.name = "visits", TOP(view_visits), .keys = "28 Enter"},
    {.name = "visit-worklist", TOP(view_visit_worklist), .keys = "28 Enter Enter"},
    {.name = "visit-answers", TOP(view_visit_answers), .keys = "28 Enter F6"},
    {.name = "visit-voices", TOP(view_visit_voices), .first = &view_visit_voices, .argument = {.type = "visited", .number = 2025}},
    {.name = "reports", TOP(view_reports), .keys = "31 Enter"},
    {.name = "pace", TOP(view_pace), .keys = "32 Enter"},
    {.name = "report-form", TOP(view_report_form), .first = &view_report_form, .argument = {.type = "form6", .text = "2026H1"}},
    {.name = "report-rows", TOP(view_report_rows), .first = &view_report_rows, .argument = {.where = "R1", .text = "2026H2"}},
    {.name = "report-checks", TOP(view_report_checks), .first = &view_report_checks, .argument = {.type = "form6", .text = "2026H1"}},
    {.name = "report-late", TOP(view_report_late), .first = &view_report_late, .argument = {.type = "form6", .text = "2026H1"}},
    {.name = "report-summary", TOP(view_report_summary), .first = &view_report_summary, .argument = {.text = "2026H2"}},
    {.name = "report-summary-text", TOP(view_report_summary), .first = &view_report_summary, .argument = {.text = "2026H2", .number = VIEW_SUMMARY_TEXT}},
    {.name = "report-charts", TOP(view_report_charts), .first = &view_report_charts, .argument = {.text = "2026H2"}},
    {.name = "report-chart", TOP(view_report_chart), .first = &view_report_charts, .argument = {.text = "2026H2"}, .keys = "1 Enter"},
    {.name = "report-bar-rows", TOP(view_report_bar_rows), .first = &view_report_charts, .argument = {.text = "2026H2"}, .keys = "1 Enter Down Down Down Enter"},
    {.name = "report-heat", TOP(view_report_heat), .first = &view_report_heat, .argument = {.type = "consultations", .text = "2026H2"}},
    {.name = "report-day", TOP(view_report_day), .first = &view_report_day, .argument = {.text = "2026H2"}},
    {.name = "inbox", TOP(view_inbox), .keys = "23 Enter", .seat = PRACTICE_CENTER},
    {.name = "quality", TOP(view_quality), .keys = "30 Enter", .seat = PRACTICE_CENTER},
    {.name = "eval-due", TOP(view_eval_due), .first = &view_eval_due, .argument = {.text = "2025"}, .seat = PRACTICE_CENTER},
    {.name = "eval-sheet", TOP(view_eval_sheet), .first = &view_eval_sheet, .find_type = "case", .find_where = "closed_on>=2025-01-01", .seat = PRACTICE_CENTER},
    {.name = "eval-rounds", TOP(view_eval_rounds), .first = &view_eval_rounds, .argument = {.type = "eval"}, .find_type = "eval", .seat = PRACTICE_CENTER},
    {.name = "assess", TOP(view_assess), .first = &view_assess, .argument = {.number = 2025}, .seat = PRACTICE_CENTER},
    {.name = "assess-sheet", TOP(view_assess_sheet), .first = &view_assess, .argument = {.number = 2025}, .keys = "Enter", .seat = PRACTICE_CENTER},
    {.name = "assess-rows", TOP(view_assess_rows), .first = &view_assess, .argument = {.number = 2025}, .keys = "Enter Enter", .seat = PRACTICE_CENTER},
};

const size_t SCREEN_ROUTES_COUNT = sizeof SCREEN_ROUTES / sizeof SCREEN_ROUTES[0];

const struct screen_route *screen_route_find(const char *name)
{
    for (size_t i = 0; i < SCREEN_ROUTES_COUNT; i++)
        if (strcmp(SCREEN_ROUTES[i].name, name) == 0)
            return &SCREEN_ROUTES[i];
    fail_msg("there is no way called %s", name);
    return NULL;
}

void screen_route_go(const struct screen_route *route, const char *master, int rows, int cols, struct practice_desk *desk, struct screen *screen)
{
    struct view_argument argument = route->argument;
    practice_desk_open(desk, master, route->seat);
    if (route->find_type != NULL)
        argument.id = practice_desk_find(desk, route->find_type, route->find_where);
    screen_open_at(screen, &desk->context, route->first != NULL ? route->first : &view_home, &argument, rows, cols);
    if (route->keys != NULL)
        screen_keys(screen, route->keys);
    const struct view *top = app_top(&screen->app);
    if (top == NULL || top->class != route->class) {
        screen_print(screen);
        fail_msg("%s: %s is on top, not %s", route->name, top != NULL ? top->class->name : "nothing", route->class->name);
    }
}
