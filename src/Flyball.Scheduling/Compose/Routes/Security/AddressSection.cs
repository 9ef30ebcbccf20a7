using Flyball.Contracts.Gateway.Security;
using Flyball.Scheduling.Compose.Values;

namespace Flyball.Scheduling.Compose.Routes.Security;

/// <summary><c>allow</c> and <c>deny</c>: from where requests may come.</summary>
internal static class AddressSection
{
    private const int EntriesMax = 10_000;

    public static RouteAddresses? Read(Field route)
    {
        List<string>? allow = Entries(route["allow"]);
        List<string>? deny = Entries(route["deny"]);
        return allow is null && deny is null ? null : new RouteAddresses { Allow = allow, Deny = deny };
    }

    private static List<string>? Entries(Field field)
    {
        if (!field.Exists) return null;
        List<string> entries = RouteText.Words(field);
        if (entries.Count > EntriesMax) field.Error($"may name {EntriesMax} at most");
        foreach (string bad in entries.Where(entry => !AddressRange.TryParse(entry, out _)))
            field.Error($"'{bad}' is neither an address nor a network", "192.0.2.7, 10.0.0.0/8 or 2001:db8::/32");
        return entries;
    }
}
