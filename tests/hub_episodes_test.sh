#!/bin/bash
# tests/hub_episodes_test.sh - the simulator's world with a hub on PostgreSQL for a center (tests/simulate/hub.c): a fixed set of seeds. SKIP where there is no PostgreSQL server or the program was built without libpq.
#
#   SEEDS=A..B tests/hub_episodes_test.sh      others, or more
exec "${AIDPOST_BUILDDIR-.}/tests/simulate/simulate" --engine hub --seeds "${SEEDS-1..40}"
