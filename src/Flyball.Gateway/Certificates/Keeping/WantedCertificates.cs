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
    /// By host; where routes of one host disagree, ACME has its way: its certificates are good for everybody.
    /// </summary>
    public static SortedDictionary<string, CertificateSource> Of(ResourceSnapshot snapshot)
    {
        var wanted = new SortedDictionary<string, CertificateSource>(StringComparer.Ordinal);
        foreach (Resource<Route> route in snapshot.List(Kinds.Route))
        {
            if (route.Value is not { Host: { Length: > 0 } written, Tls.Certificate: { } source }) continue;
            string host = written.ToLowerInvariant();
            if (source == CertificateSource.Acme) wanted[host] = source;
            else wanted.TryAdd(host, source);
        }

        return wanted;
    }

    /// <summary>The resource's name: the host, unless that is too long for one.</summary>
    public static string NameOf(string host) => host.Length <= ResourceKey.PartLengthMax
        ? host
        : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(host)));
}
