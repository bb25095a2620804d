/* core/package/linked.c - a program that is never run: linked with the libraries that aidpost loads when it first needs them (core/base/library.h), so that a package's tools see them as they see the others. */
int main(void)
{
    return 0;
}
