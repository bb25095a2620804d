/* tests/pg_server.c - see pg_server.h. */
#include "tests/pg_server.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SKIPPED = 77 };

static bool read_line(FILE *from, char *out, size_t out_bytes)
{
    if (fgets(out, (int)out_bytes, from) == NULL)
        return false;
    out[strcspn(out, "\n")] = '\0';
    return true;
}

static int call(const char *verb, const char *folder)
{
    char command[1024];
    const char *source = getenv("AIDPOST_SRCDIR");
    int code;

    snprintf(command, sizeof command, "'%s/tests/postgres.sh' %s '%s'", source != NULL ? source : ".", verb, folder);
    code = system(command);
    return WIFEXITED(code) ? WEXITSTATUS(code) : 1;
}

bool pg_server_start(struct pg_server *server)
{
    char command[1024];
    const char *source = getenv("AIDPOST_SRCDIR");
    FILE *script;
    bool told;
    int code;

    snprintf(command, sizeof command, "AIDPOST_WATCH=%ld '%s/tests/postgres.sh' start", (long)getpid(), source != NULL ? source : ".");
    script = popen(command, "r");
    told = script != NULL && read_line(script, server->folder, sizeof server->folder) && read_line(script, server->url, sizeof server->url);
    code = script != NULL ? pclose(script) : -1;
    if (WIFEXITED(code) && WEXITSTATUS(code) == SKIPPED)
        return false;
    if (!told || code != 0) {
        fprintf(stderr, "tests/postgres.sh: exit %d\n", code);
        exit(1);
    }
    return true;
}

void pg_server_stop(struct pg_server *server)
{
    (void)call("stop", server->folder);
}

void pg_server_crash(struct pg_server *server)
{
    if (call("crash", server->folder) != 0)
        exit(1);
}

void pg_server_again(struct pg_server *server)
{
    if (call("again", server->folder) != 0)
        exit(1);
}

void pg_server_url(const struct pg_server *server, const char *user, const char *schema, char out[PG_URL_BYTES])
{
    snprintf(out, PG_URL_BYTES, "postgresql://%s@/postgres?host=%s&options=-csearch_path%%3D%s", user != NULL ? user : "postgres", server->folder, schema);
}
