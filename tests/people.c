/* tests/people.c - see people.h. */
#include "tests/people.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

int people_open(void **state)
{
    struct people *people = calloc(1, sizeof *people);
    world_open(&people->world, 2, NULL);
    const struct node *center = &people->world.center;
    people->station = node_person(&people->world.stations[0], "李收", ROLE_STATION);
    people->volunteer = node_person(&people->world.stations[0], "吴愿", ROLE_VOLUNTEER);
    people->clerk = node_person(center, "王初", ROLE_CLERK);
    people->reviewer = node_person(center, "赵审", ROLE_REVIEWER);
    people->director = node_person(center, "钱批", ROLE_DIRECTOR);
    people->bureau = node_person(center, "孙局", ROLE_BUREAU);
    people->archivist = node_person(center, "周档", ROLE_ARCHIVIST);
    people->admin = node_person(center, "郑管", ROLE_ADMIN);
    people->auditor = node_person(center, "冯审", ROLE_AUDITOR);
    *state = people;
    return 0;
}

int people_close(void **state)
{
    struct people *people = *state;
    world_close(&people->world);
    free(people);
    return 0;
}

struct id people_received(struct people *people)
{
    struct node *station = &people->world.stations[0];
    struct id id = {{0}};
    case_does(station, &people->station, "draft", &id, "name=张文芳", "id_no=32012419870312274X", "cause=追索劳动报酬纠纷", "matter=M5", "opponent=某某建筑公司", "stage=04",
         "legal_status=01", "phone=13900000001");
    case_does(station, &people->station, "receive", &id, "items=身份证复印件;工资欠条");
    world_sync(&people->world, 0);
    return id;
}

void people_granted(struct people *people, struct id *id)
{
    struct node *center = &people->world.center;
    case_does(center, &people->clerk, "pre-review", id, "means_result=01", "scope_result=01", "opinion=符合条件");
    case_does(center, &people->reviewer, "examine", id, "opinion=同意");
    case_does(center, &people->director, "approve", id, "opinion=同意");
}

void people_handled(struct people *people, struct id *id)
{
    struct node *center = &people->world.center;
    case_handler(center, "陈律师", "02");
    case_does(center, &people->clerk, "assign", id, "handler=陈律师");
    case_does(center, &people->clerk, "agree", id, "content=一般代理");
}
