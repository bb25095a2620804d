/* sync/main.c - aidpostd: everything is in program.c, which tests call, too. */
#include "sync/program.h"

int main(int argc, char *argv[])
{
    return program_run(argc, argv);
}
