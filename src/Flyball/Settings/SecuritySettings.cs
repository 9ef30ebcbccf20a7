using System.Globalization;
using System.Net;
using System.Security.Authentication;
using Flyball.Gateway.Certificates.Acme;
using Flyball.Gateway.Tls;

namespace Flyball.Settings;

/// <summary>Reads what concerns TLS, certificates and proxies in front.</summary>
internal static class SecuritySettings
{
    /// <summary>Of every gateway.</summary>
    public static readonly IReadOnlyList<Setting> Gateway =
    [
        Setting.GatewayTls, Setting.GatewayTlsPort, Setting.GatewayTlsVersion, Setting.GatewayTlsHost,
        Setting.GatewayCertificates, Setting.GatewayTrustedProxies,
    ];

    /// <summary>Of every server.</summary>
    public static readonly IReadOnlyList<Setting> Server =
        [Setting.AcmeDirectory, Setting.AcmeEmail, Setting.AcmeRoots];

    public static GatewaySecurity ReadGateway(ISettingValues values, IPEndPoint? listen) => new(
        listen,
        new TlsOptions
        {
            Addresses = listen is null ? [] : [listen.ToString()],
            PublicPort = Port(values),
            Protocols = Protocols(values),
            DefaultHost = Text(values, Setting.GatewayTlsHost),
            Directory = Folder(values),
        },
        values.Value(Setting.GatewayTrustedProxies).Text
            .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));

    public static AcmeOptions ReadAcme(ISettingValues values)
    {
        string directory = values.Value(Setting.AcmeDirectory).Text;
        Uri? address = null;
        if (directory != "none" && !(Uri.TryCreate(directory, UriKind.Absolute, out address)
            && address.Scheme is "https" or "http"))
            values.Refuse(Setting.AcmeDirectory, $"'{directory}' is neither an address nor none.");
        string? roots = Text(values, Setting.AcmeRoots);
        if (roots is not null && !File.Exists(roots)) values.Refuse(Setting.AcmeRoots, $"{roots} does not exist.");
        return new AcmeOptions
        {
            Directory = address,
            Email = Text(values, Setting.AcmeEmail),
            RootsFile = roots is null ? null : Path.GetFullPath(roots),
        };
    }

    private static int? Port(ISettingValues values)
    {
        const int PortMax = 65_535;
        string text = values.Value(Setting.GatewayTlsPort).Text;
        if (text == Setting.GatewayTlsPort.Default) return null;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int port)
            && port is >= 1 and <= PortMax)
            return port;
        values.Refuse(Setting.GatewayTlsPort, $"'{text}' is neither a port nor same.");
        return null;
    }

    private static SslProtocols Protocols(ISettingValues values)
    {
        string text = values.Value(Setting.GatewayTlsVersion).Text;
        if (text is not ("1.2" or "1.3")) values.Refuse(Setting.GatewayTlsVersion, $"'{text}' is neither 1.2 nor 1.3.");
        return text == "1.2" ? SslProtocols.Tls12 | SslProtocols.Tls13 : SslProtocols.Tls13;
    }

    private static string? Folder(ISettingValues values)
    {
        if (Text(values, Setting.GatewayCertificates) is not { } folder) return null;
        if (!Directory.Exists(folder))
            values.Refuse(Setting.GatewayCertificates, $"{folder} is no directory.");
        return Path.GetFullPath(folder);
    }

    private static string? Text(ISettingValues values, Setting setting) =>
        values.Value(setting).Text is { Length: > 0 } text ? text : null;
}
