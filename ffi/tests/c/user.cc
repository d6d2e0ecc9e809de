// The header in C++17.
#include <adarga.h>

#include <cstdio>
#include <string_view>

int main()
{
    adarga_view name{};
    if (adarga_abi() != ADARGA_ABI || adarga_reason_name(ADARGA_REASON_PATH_ESCAPE, &name) != ADARGA_OK)
        return 1;
    std::string_view text(static_cast<const char *>(name.ptr), name.len);
    std::printf("%.*s\n", static_cast<int>(text.size()), text.data());
    return text == "path.escape" ? 0 : 1;
}
