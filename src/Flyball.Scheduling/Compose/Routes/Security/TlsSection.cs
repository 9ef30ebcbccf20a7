using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Flyball.Contracts.Gateway;
using Flyball.Contracts.Gateway.Security;
using Flyball.Scheduling.Compose.Services;
using Flyball.Scheduling.Compose.Values;

namespace Flyball.Scheduling.Compose.Routes.Security;

/// <summary><c>tls</c>: a word that says who issues the certificate, or a map.</summary>
internal static class TlsSection
{
    public static RouteTls? Read(ServiceScope scope, Field field)
    {
        if (!field.Exists) return null;
        if (field.IsScalar) return new RouteTls { Certificate = Source(field) };
        if (!field.Entries().Any()) field.Error("says nothing", "tls: internal");
        TimeSpan? hsts = field["hsts"].Duration();
        if (hsts < TimeSpan.FromSeconds(1)) field["hsts"].Error("must be at least 1s");
        return new RouteTls
        {
            Certificate = Source(field["certificate"]),
            Redirect = field["redirect"].Flag() ?? false,
            Hsts = hsts,
            Client = Client(scope, field),
        };
    }

    public static void Check(Field field, Route route)
    {
        // The handshake asks before it knows the path: without a host every client of every project would be asked.
        if (route.Tls?.Client is not null && route.Host is null)
            field["client_ca"].Error("clients are asked for a certificate by host", "give the route a host");
        if (route.Tls?.Certificate is null) return;
        if (route.Host is null) field.Error("a certificate is for a host", "give the route a host");
        if (route.Tls.Certificate == CertificateSource.Acme && route.Host?.StartsWith('*') == true)
        {
            field.Error(
                "HTTP-01 cannot prove a wildcard", "name the host, or put a certificate into the gateway's files");
        }
    }

    private static CertificateSource? Source(Field field) => field.OneOf("file", "internal", "acme") switch
    {
        "internal" => CertificateSource.Internal,
        "acme" => CertificateSource.Acme,
        _ => null,
    };

    private static RouteClientCertificates? Client(ServiceScope scope, Field field)
    {
        bool isRequired = field["client"].OneOf("required", "optional") != "optional";
        Field named = field["client_ca"];
        if (named.Word() is not { } name)
        {
            if (field["client"].Exists) field["client"].Error("whose certificates?", "client_ca: NAME of a config");
            return null;
        }

        if (scope.Definitions.Content(named, "configs", name) is not { } content) return null;
        string pem = Encoding.UTF8.GetString(content);
        if (!HoldsCertificates(pem)) named.Error($"the config '{name}' holds no certificate in PEM");
        return new RouteClientCertificates { AuthoritiesPem = pem, Required = isRequired };
    }

    private static bool HoldsCertificates(string pem)
    {
        var found = new X509Certificate2Collection();
        try
        {
            found.ImportFromPem(pem);
        }
        catch (CryptographicException)
        {
            return false;
        }

        foreach (X509Certificate2 one in found) one.Dispose();
        return found.Count > 0;
    }
}
