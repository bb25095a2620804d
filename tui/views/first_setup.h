/* tui/views/first_setup.h - a new machine becomes a station or the county's center. Argument: number, enum first_setup; text, the folder. */
#ifndef TUI_VIEWS_FIRST_SETUP_H
#define TUI_VIEWS_FIRST_SETUP_H

enum first_setup { FIRST_SETUP_STATION, FIRST_SETUP_CENTER };

#endif /* TUI_VIEWS_FIRST_SETUP_H */
