/* sync/hub_schema.c - see hub_schema.h, and hub_store.h for what the tables are.
 *
 * Plain SQL that PostgreSQL's relatives have, too: no sequences, triggers, extensions. The two big tables are partitioned by county, by hash, so that nothing is to be made when a county is enrolled. */
#include "sync/hub_schema.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/hash.h"
#include "core/record/catalogue.h"
#include "sync/hub_store.h"

enum { PARTITIONS = 16, SQL_MAX_BYTES = 256 * 1024, MAKE_TRIES = 4, GRANTS_MAX = 1024 };

static const char *const TABLES[] = {
    "CREATE TABLE hub(version int8 NOT NULL, incarnation bytea NOT NULL, name text NOT NULL, area text NOT NULL, practice boolean NOT NULL, made_ms int8 NOT NULL, views bytea)",
    "CREATE TABLE county(no int8 PRIMARY KEY, station int8 NOT NULL UNIQUE, code text NOT NULL UNIQUE, name text NOT NULL, machine text NOT NULL DEFAULT '', pin bytea UNIQUE, revoked_ms int8 NOT NULL DEFAULT 0, "
    "enrolled_ms int8 NOT NULL DEFAULT 0, rekeyed_ms int8 NOT NULL DEFAULT 0, last_contact_ms int8 NOT NULL DEFAULT 0, skew_ms int8 NOT NULL DEFAULT 0, have_seq int8 NOT NULL DEFAULT 0, "
    "sent_order int8 NOT NULL DEFAULT 0, branches int8 NOT NULL DEFAULT 0, branched_ms int8 NOT NULL DEFAULT 0, alarm text NOT NULL DEFAULT '', order_head int8 NOT NULL DEFAULT 0, "
    "scope_sum int8 NOT NULL DEFAULT 0)",
    "CREATE TABLE enrol_code(no int8 PRIMARY KEY, secret_hash bytea NOT NULL, county int8 NOT NULL REFERENCES county(no), again boolean NOT NULL, tries int8 NOT NULL DEFAULT 0, expires_ms int8 NOT NULL, "
    "used boolean NOT NULL DEFAULT false)",
    "CREATE TABLE log(county int8 NOT NULL REFERENCES county(no), no int8 NOT NULL, station int8 NOT NULL, incarnation bytea NOT NULL, parent int8, base_seq int8 NOT NULL, head_seq int8 NOT NULL, "
    "head_hash bytea NOT NULL, lease bytea, lease_before bytea, PRIMARY KEY(county,no), UNIQUE(county,station,incarnation))",
    "CREATE TABLE change(county int8 NOT NULL, ord int8 NOT NULL, log int8 NOT NULL, seq int8 NOT NULL, state int8 NOT NULL, more boolean NOT NULL, prev int8, inner_log text, inner_seq int8, "
    "header bytea NOT NULL, body bytea, chain bytea NOT NULL, PRIMARY KEY(county,ord), UNIQUE(county,log,seq)) PARTITION BY HASH(county)",
    "CREATE UNIQUE INDEX change_inner ON change(county,inner_log,inner_seq) WHERE inner_log IS NOT NULL",
    "CREATE TABLE inner_head(county int8 NOT NULL REFERENCES county(no), inner_log text NOT NULL, head_seq int8 NOT NULL, PRIMARY KEY(county,inner_log))",
    "CREATE TABLE county_row(county int8 NOT NULL, id bytea NOT NULL, type_no int8 NOT NULL, scope int8 NOT NULL, gone boolean NOT NULL, erased boolean NOT NULL DEFAULT false, cells jsonb, ord int8 NOT NULL, "
    "PRIMARY KEY(county,id)) PARTITION BY HASH(county)",
    "CREATE INDEX county_row_type ON county_row(type_no,county)",
    "CREATE TABLE report_cell(county int8 NOT NULL REFERENCES county(no), report text NOT NULL, period text NOT NULL, org int8 NOT NULL, cell text NOT NULL, value numeric, from_day int8 NOT NULL, until_day int8 NOT NULL, "
    "PRIMARY KEY(county,report,period,org,cell))",
    "CREATE INDEX report_cell_period ON report_cell(report,period,org)",
};

static enum status run_sql(struct pg_pipeline *pg, const char *sql, struct errmsg *err)
{
    struct pg_statement statement = {PG_PLAIN, sql, ""};

    return pg_run(pg, &statement, NULL, NULL, err);
}

/* One of many that are sent together. */
static void queue_sql(struct pg_pipeline *pg, const char *sql)
{
    struct pg_statement statement = {PG_PLAIN, sql, ""};

    pg_send(pg, &statement, NULL, NULL);
}

/* ---- what is there ---- */

struct found {
    bool schema, table; /* the first of the search path; table hub in it */
    char name[64];
    bool there;
    int64_t version;
    struct machine machine;
    struct hash views;
};

static enum status note_schema(void *context, const struct pg_rows *rows, struct errmsg *err)
{
    struct found *found = context;

    (void)err;
    found->schema = pg_count(rows) == 1 && !pg_is_null(rows, 0, 1);
    found->table = pg_count(rows) == 1 && pg_int(rows, 0, 2) != 0;
    if (pg_count(rows) == 1)
        pg_text(rows, 0, 0, found->name, sizeof found->name);
    return STATUS_OK;
}

static enum status note_hub(void *context, const struct pg_rows *rows, struct errmsg *err)
{
    struct found *found = context;

    (void)err;
    found->there = pg_count(rows) == 1;
    if (!found->there)
        return STATUS_OK;
    found->version = pg_int(rows, 0, 0);
    found->machine = (struct machine){.center = true, .practice = pg_int(rows, 0, 4) != 0, .station_no = STATION_NO_CENTER, .org = 1};
    pg_fixed(rows, 0, 1, found->machine.incarnation, INCARNATION_BYTES);
    pg_text(rows, 0, 2, found->machine.name, sizeof found->machine.name);
    pg_text(rows, 0, 3, found->machine.area, sizeof found->machine.area);
    pg_fixed(rows, 0, 5, found->views.bytes, HASH_BYTES);
    return STATUS_OK;
}

static enum status look(struct pg_pipeline *pg, struct found *found, bool lock, struct errmsg *err)
{
    static const struct pg_statement schema = {
        PG_PLAIN, "SELECT current_setting('search_path'),current_schema()::text,EXISTS(SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid=c.relnamespace WHERE c.relname='hub' AND n.nspname=current_schema())", ""};
    static const struct pg_statement hub = {PG_PLAIN, "SELECT version,incarnation,name,area,practice,views FROM hub", ""};
    static const struct pg_statement hub_locked = {PG_PLAIN, "SELECT version,incarnation,name,area,practice,views FROM hub FOR UPDATE", ""};
    enum status status = pg_run(pg, &schema, note_schema, found, err);

    if (status == STATUS_OK && found->table)
        status = pg_run(pg, lock ? &hub_locked : &hub, note_hub, found, err);
    return status;
}

static enum status check_version(const struct found *found, struct errmsg *err)
{
    if (found->version > HUB_SCHEMA_VERSION)
        return errmsg_set(err, STATUS_VERSION, "这个数据库由更新的程序建立（版式 %lld，本程序会 %d）：请先更新程序；没有改动它", (long long)found->version, HUB_SCHEMA_VERSION);
    return STATUS_OK;
}

enum status hub_schema_read(struct pg_pipeline *pg, struct machine *out, struct errmsg *err)
{
    struct found found = {.schema = false};
    enum status status;

    pg_connect(pg);
    status = pg_wait(pg, err);
    if (status == STATUS_OK)
        status = look(pg, &found, false, err);
    if (status == STATUS_OK && !found.there)
        return errmsg_set(err, STATUS_NOT_FOUND, "这个数据库里还没有省级中心：先用 aidpostd center --store 运行一次，它会建表");
    if (status == STATUS_OK)
        status = check_version(&found, err);
    *out = found.machine;
    return status;
}

/* ---- making ---- */

static void queue_partitions(struct pg_pipeline *pg, const char *table)
{
    char sql[160];

    for (int i = 0; i < PARTITIONS; i++) {
        snprintf(sql, sizeof sql, "CREATE TABLE %s_%d PARTITION OF %s FOR VALUES WITH (MODULUS %d, REMAINDER %d)", table, i, table, PARTITIONS, i);
        queue_sql(pg, sql);
    }
}

static enum status make_tables(struct pg_pipeline *pg, const struct hub_founding *founding, struct errmsg *err)
{
    static const struct pg_statement found = {PG_PLAIN, "INSERT INTO hub(version,incarnation,name,area,practice,made_ms) VALUES($1,$2,$3,$4,$5,$6)", "ibttfi"};
    uint8_t incarnation[INCARNATION_BYTES];

    for (size_t i = 0; i < sizeof TABLES / sizeof TABLES[0]; i++)
        queue_sql(pg, TABLES[i]);
    queue_partitions(pg, "change");
    queue_partitions(pg, "county_row");
    founding->random.fill(founding->random.context, incarnation, sizeof incarnation);
    pg_put_int(pg, HUB_SCHEMA_VERSION);
    pg_put_bytes(pg, incarnation, sizeof incarnation);
    pg_put_text(pg, founding->name);
    pg_put_text(pg, founding->area);
    pg_put_bool(pg, founding->practice);
    pg_put_int(pg, founding->now_ms);
    return pg_run(pg, &found, NULL, NULL, err);
}

/* ---- views ---- */

static bool is_shown(const struct record_type *type)
{
    return type->no != 58 && type->no != 59;
}

static void put_view(const struct record_type *type, struct buf *sql)
{
    buf_printf(sql, "CREATE VIEW record_%s AS SELECT c.code AS county_code,r.county AS county_no,r.scope AS org_no,encode(r.id,'hex') AS row_id", type->name);
    for (size_t i = 0; i < type->n_fields; i++) {
        const struct field_def *field = &type->fields[i];

        if (field->kind == FIELD_SECRET)
            continue;
        if (field->kind == FIELD_DAY)
            buf_printf(sql, ",date '1970-01-01'+(r.cells->>'%u')::int4 AS \"%s\"", field->no, field->name);
        else if (catalogue_is_number(field->kind))
            buf_printf(sql, ",(r.cells->>'%u')::int8 AS \"%s\"", field->no, field->name);
        else
            buf_printf(sql, ",r.cells->>'%u' AS \"%s\"", field->no, field->name);
    }
    buf_printf(sql, " FROM county_row r JOIN county c ON c.no=r.county WHERE r.type_no=%u AND NOT r.gone", type->no);
}

static const char *const PROVINCE =
    "CREATE VIEW province_cell AS SELECT report,period,min(from_day) AS from_day,max(until_day) AS until_day,cell,sum(value) AS value,count(value) AS counties FROM report_cell WHERE org=0 GROUP BY report,period,cell";

static struct hash hash_of_views(struct buf *sql)
{
    buf_clear(sql);
    for (size_t i = 0; i < catalogue_count(); i++)
        if (is_shown(catalogue_at(i)))
            put_view(catalogue_at(i), sql);
    buf_puts(sql, PROVINCE);
    return hash_of(sql->data, sql->len);
}

/* Who may read which view, as statements that let him do so again; a view that is made anew starts without. */
struct grants {
    char sql[GRANTS_MAX][200];
    size_t n;
};

static enum status note_grants(void *context, const struct pg_rows *rows, struct errmsg *err)
{
    struct grants *grants = context;

    if (pg_count(rows) > GRANTS_MAX)
        return errmsg_set(err, STATUS_TOO_LARGE, "能读视图的用户太多：请把权限给一个角色，再把角色给他们");
    for (size_t i = 0; i < pg_count(rows); i++)
        pg_text(rows, i, 0, grants->sql[grants->n++], sizeof grants->sql[0]);
    return STATUS_OK;
}

static enum status read_grants(struct pg_pipeline *pg, struct grants *grants, struct errmsg *err)
{
    static const struct pg_statement who = {PG_PLAIN,
                                            "SELECT 'GRANT SELECT ON '||quote_ident(g.table_name)||' TO '||CASE WHEN g.grantee='PUBLIC' THEN 'PUBLIC' ELSE quote_ident(g.grantee) END "
                                            "FROM information_schema.role_table_grants g JOIN information_schema.views v ON v.table_schema=g.table_schema AND v.table_name=g.table_name "
                                            "WHERE g.table_schema=current_schema() AND g.privilege_type='SELECT' AND g.grantee<>current_user",
                                            ""};

    grants->n = 0;
    return pg_run(pg, &who, note_grants, grants, err);
}

static enum status make_views(struct pg_pipeline *pg, struct hash hash, struct grants *grants, struct buf *sql, struct errmsg *err)
{
    static const struct pg_statement done = {PG_PLAIN, "UPDATE hub SET views=$1", "b"};
    enum status status = read_grants(pg, grants, err);
    char drop[160];

    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; i < catalogue_count(); i++) {
        const struct record_type *type = catalogue_at(i);

        if (!is_shown(type))
            continue;
        snprintf(drop, sizeof drop, "DROP VIEW IF EXISTS record_%s", type->name);
        queue_sql(pg, drop);
        buf_clear(sql);
        put_view(type, sql);
        if (sql->status != STATUS_OK)
            return sql->status;
        queue_sql(pg, buf_cstr(sql));
    }
    queue_sql(pg, "DROP VIEW IF EXISTS province_cell");
    queue_sql(pg, PROVINCE);
    for (size_t i = 0; i < grants->n; i++)
        queue_sql(pg, grants->sql[i]);
    pg_put_bytes(pg, hash.bytes, HASH_BYTES);
    return pg_run(pg, &done, NULL, NULL, err);
}

/* ---- all of it ---- */

static enum status make_schema(struct pg_pipeline *pg, const struct found *found, struct errmsg *err)
{
    char sql[160];

    if (found->schema)
        return STATUS_OK;
    if (found->name[0] == '\0' || strpbrk(found->name, ",\"$ ;") != NULL)
        return errmsg_set(err, STATUS_USAGE, "URL 的 search_path 应是一个模式的名称");
    snprintf(sql, sizeof sql, "CREATE SCHEMA \"%s\"", found->name);
    return run_sql(pg, sql, err);
}

static enum status make_inside(struct pg_pipeline *pg, const struct hub_founding *founding, bool *made, struct errmsg *err)
{
    struct found found = {.schema = false};
    struct grants *grants;
    struct buf sql;
    struct hash views;
    enum status status = look(pg, &found, true, err);

    *made = status == STATUS_OK && !found.there;
    if (status == STATUS_OK && found.there)
        status = check_version(&found, err);
    if (status == STATUS_OK && *made)
        status = make_schema(pg, &found, err);
    if (status == STATUS_OK && *made)
        status = make_tables(pg, founding, err);
    if (status != STATUS_OK)
        return status;
    buf_init(&sql, SQL_MAX_BYTES);
    views = hash_of_views(&sql);
    status = sql.status; /* of half a text the views would be told to be others */
    if (status == STATUS_OK && (*made || !hash_equal(views, found.views))) {
        grants = malloc(sizeof *grants);
        status = grants != NULL ? make_views(pg, views, grants, &sql, err) : STATUS_NOMEM;
        free(grants);
    }
    buf_release(&sql);
    return status;
}

enum status hub_schema_make(struct pg_pipeline *pg, const struct hub_founding *founding, bool *made, struct errmsg *err)
{
    enum status status = STATUS_OK;

    for (int tries = 0; tries < MAKE_TRIES; tries++) {
        pg_connect(pg);
        status = pg_wait(pg, err);
        if (status == STATUS_OK)
            status = run_sql(pg, "BEGIN", err);
        if (status != STATUS_OK)
            return status;
        status = make_inside(pg, founding, made, err);
        if (status == STATUS_OK)
            return run_sql(pg, "COMMIT", err);
        bool again = pg_again(pg) || status == STATUS_EXISTS; /* another process makes it right now */

        (void)run_sql(pg, "ROLLBACK", NULL);
        if (!again)
            return status;
    }
    return status;
}
