using System.Net;
using Flyball.Contracts.Gateway.Security;

namespace Flyball.Gateway.Security.Addresses;

/// <summary>
/// From where requests may come. A list that cannot be read lets nobody in: the API has checked it, so what is here is
/// another version's. Immutable.
/// </summary>
internal sealed class AddressRules
{
    private readonly AddressSet? allow;
    private readonly AddressSet deny;
    private readonly bool isBroken;

    public AddressRules(RouteAddresses addresses)
    {
        allow = addresses.Allow is { } allowed ? AddressSet.Parse(allowed, out _) : null;
        AddressSet? denied = AddressSet.Parse(addresses.Deny ?? [], out _);
        isBroken = (addresses.Allow is not null && allow is null) || denied is null;
        deny = denied ?? AddressSet.Empty;
    }

    /// <param name="client">Null when it is not known, which no list allows.</param>
    public bool Lets(IPAddress? client) =>
        !isBroken && client is not null && !deny.Contains(client) && (allow is null || allow.Contains(client));
}
