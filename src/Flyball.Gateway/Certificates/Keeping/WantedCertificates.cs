using System.Security.Cryptography;
using System.Text;
using Flyball.Base.Resources;
using Flyball.Contracts;
using Flyball.Contracts.Gateway;
using Flyball.Contracts.Gateway.Security;

namespace Flyball.Gateway.Certificates.Keeping;

/// <summary>Which hosts want a certificate from whom, as the routes say. Pure.</summary>
internal static class WantedCertificates
{
    /// <summary>
    /// By host; where routes of one host disagree, the first in ordinal order of their names has its way.
    /// </summary>
    public static SortedDictionary<string, CertificateSource> Of(ResourceSnapshot snapshot)
    {
        var wanted = new SortedDictionary<string, CertificateSource>(StringComparer.Ordinal);
        foreach (Resource<Route> route in snapshot.List(Kinds.Route))
        {
            if (route.Value is { Host: { Length: > 0 } host, Tls.Certificate: { } source })
                wanted.TryAdd(host.ToLowerInvariant(), source);
        }

        return wanted;
    }

    /// <summary>The resource's name: the host, unless that is too long for one.</summary>
    public static string NameOf(string host) => host.Length <= ResourceKey.PartLengthMax
        ? host
        : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(host)));
}
