using System.Net;
using System.Security.Authentication;
using Flyball.Gateway.AccessLog;
using Flyball.Gateway.Health;
using Flyball.Gateway.Resilience;
using Flyball.Gateway.Security.Addresses;
using Flyball.Gateway.Tls;
using Microsoft.Extensions.Options;

namespace Flyball.Gateway;

/// <summary>Collects every problem of the options and names each key.</summary>
internal sealed class GatewayOptionsValidator : IValidateOptions<GatewayOptions>
{
    private const int HeaderBytesLimit = 1024 * 1024;

    public ValidateOptionsResult Validate(string? name, GatewayOptions options)
    {
        string[] problems =
        [
            .. Addresses(options), .. Bounds(options), .. Outliers(options.Outliers), .. Budget(options.RetryBudget),
            .. Log(options.AccessLog), .. Tls(options.Tls),
        ];
        return problems.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static IEnumerable<string> Addresses(GatewayOptions options)
    {
        if (options.Addresses.Count + options.H2cAddresses.Count == 0)
            yield return $"{nameof(options.Addresses)} must name at least one address.";
        foreach (string address in options.Addresses.Concat(options.H2cAddresses).Concat(options.Tls.Addresses))
        {
            if (!IPEndPoint.TryParse(address, out _) || !address.Contains(':', StringComparison.Ordinal))
            {
                yield return $"{nameof(options.Addresses)}: '{address}' is not an IP address and a port, "
                    + "like 127.0.0.1:8080.";
            }
        }

        if (AddressSet.Parse(options.TrustedProxies, out string? bad) is null)
        {
            yield return $"{nameof(options.TrustedProxies)}: '{bad}' is neither an address nor a network "
                + "like 10.0.0.0/8.";
        }

        if (string.IsNullOrWhiteSpace(options.DataDirectory))
            yield return $"{nameof(options.DataDirectory)} must name a directory.";
    }

    private static IEnumerable<string> Tls(TlsOptions tls)
    {
        if (tls.PublicPort is < 1 or > 65_535) yield return "Tls.PublicPort must be from 1 to 65,535.";
        if (tls.FilesInterval <= TimeSpan.Zero) yield return "Tls.FilesInterval must be positive.";
        if (tls.HandshakeTimeout <= TimeSpan.Zero) yield return "Tls.HandshakeTimeout must be positive.";
        if (tls.WarnBefore < TimeSpan.Zero) yield return "Tls.WarnBefore must not be negative.";
        if (tls.CertificatesMax < 1) yield return "Tls.CertificatesMax must be at least 1.";
        if ((tls.Protocols & ~(SslProtocols.Tls12 | SslProtocols.Tls13)) != 0 || tls.Protocols == SslProtocols.None)
            yield return "Tls.Protocols must be Tls12, Tls13 or both.";
        if (tls.Directory is { } directory && !Directory.Exists(directory))
            yield return $"Tls.Directory: {directory} does not exist.";
    }

    private static IEnumerable<string> Bounds(GatewayOptions options)
    {
        (string Key, long Value)[] counts =
        [
            (nameof(options.ConnectionsMax), options.ConnectionsMax),
            (nameof(options.UpgradedConnectionsMax), options.UpgradedConnectionsMax),
            (nameof(options.HeaderBytesMax), options.HeaderBytesMax),
            (nameof(options.HeaderCountMax), options.HeaderCountMax),
            (nameof(options.BodyBytesMax), options.BodyBytesMax),
            (nameof(options.AnswerHeaderKiBMax), options.AnswerHeaderKiBMax),
            (nameof(options.EndpointConnectionsMax), options.EndpointConnectionsMax),
            (nameof(options.MetricRoutesMax), options.MetricRoutesMax),
            (nameof(options.MirrorsMax), options.MirrorsMax),
            (nameof(options.WaitingMax), options.WaitingMax),
            (nameof(options.WaitingBytesMax), options.WaitingBytesMax),
            ($"{nameof(options.Tcp)}.{nameof(options.Tcp.ConnectionsMax)}", options.Tcp.ConnectionsMax),
            ($"{nameof(options.Tcp)}.{nameof(options.Tcp.PortMin)}", options.Tcp.PortMin),
        ];
        foreach ((string key, long value) in counts)
        {
            if (value < 1) yield return $"{key} must be at least 1.";
        }

        if (options.MetricConsumersMax is < 1 or > 8_000)
            yield return $"{nameof(options.MetricConsumersMax)} must be from 1 to 8,000.";
        if (options.Loops is < 1 or > 256) yield return $"{nameof(options.Loops)} must be from 1 to 256.";
        if (options.HeaderBytesMax > HeaderBytesLimit)
            yield return $"{nameof(options.HeaderBytesMax)} must be at most 1 MiB.";
        if (options.AnswerHeaderKiBMax > HeaderBytesLimit / 1024)
            yield return $"{nameof(options.AnswerHeaderKiBMax)} must be at most 1,024.";
        if (options.Limits.KeysMax < 1) yield return "Limits.KeysMax must be at least 1.";
        if (options.Limits.SharedKeysMax < 1) yield return "Limits.SharedKeysMax must be at least 1.";
        if (options.RetriesMax < 0) yield return $"{nameof(options.RetriesMax)} must not be negative.";
        if (options.ReplayBytesMax is < 0 or > 16 * 1024 * 1024)
            yield return $"{nameof(options.ReplayBytesMax)} must be from 0 to 16 MiB.";

        (string Key, TimeSpan Value)[] times =
        [
            (nameof(options.KeepAliveTimeout), options.KeepAliveTimeout),
            (nameof(options.RequestHeadersTimeout), options.RequestHeadersTimeout),
            (nameof(options.ConnectTimeout), options.ConnectTimeout),
            (nameof(options.EndpointIdleTimeout), options.EndpointIdleTimeout),
            (nameof(options.StreamIdleTimeout), options.StreamIdleTimeout),
            (nameof(options.StopTimeout), options.StopTimeout),
            ($"{nameof(options.Tcp)}.{nameof(options.Tcp.IdleTimeout)}", options.Tcp.IdleTimeout),
        ];
        foreach ((string key, TimeSpan value) in times)
        {
            if (value <= TimeSpan.Zero || value > TimeSpan.FromDays(1))
                yield return $"{key} must be above 0 and at most a day.";
        }
    }

    private static IEnumerable<string> Outliers(OutlierOptions options)
    {
        const string Section = nameof(GatewayOptions.Outliers);
        if (options.FailuresMax < 1) yield return $"{Section}.{nameof(options.FailuresMax)} must be at least 1.";
        if (options.ServerErrorsMax < 1)
            yield return $"{Section}.{nameof(options.ServerErrorsMax)} must be at least 1.";
        if (options.EjectionTime <= TimeSpan.Zero)
            yield return $"{Section}.{nameof(options.EjectionTime)} must be positive.";
        if (options.EjectionTimeMax < options.EjectionTime)
        {
            yield return $"{Section}.{nameof(options.EjectionTimeMax)} must be at least "
                + $"{nameof(options.EjectionTime)}.";
        }
        if (options.EjectedShareMax is < 0 or > 1)
            yield return $"{Section}.{nameof(options.EjectedShareMax)} must be from 0 to 1.";
        if (options.ProbeInterval <= TimeSpan.Zero)
            yield return $"{Section}.{nameof(options.ProbeInterval)} must be positive.";
        if (options.ProbeTimeout <= TimeSpan.Zero)
            yield return $"{Section}.{nameof(options.ProbeTimeout)} must be positive.";
        if (options.ProbePath is { } path && !path.StartsWith('/'))
            yield return $"{Section}.{nameof(options.ProbePath)} must begin with a slash.";
    }

    private static IEnumerable<string> Budget(RetryBudgetOptions options)
    {
        const string Section = nameof(GatewayOptions.RetryBudget);
        if (options.Share is < 0 or > 10) yield return $"{Section}.{nameof(options.Share)} must be from 0 to 10.";
        if (options.PerSecondMin < 0) yield return $"{Section}.{nameof(options.PerSecondMin)} must not be negative.";
        if (options.TokensMax < 1) yield return $"{Section}.{nameof(options.TokensMax)} must be at least 1.";
    }

    private static IEnumerable<string> Log(AccessLogOptions options)
    {
        const string Section = nameof(GatewayOptions.AccessLog);
        if (options.FileBytesMax < 1024)
            yield return $"{Section}.{nameof(options.FileBytesMax)} must be at least 1,024.";
        if (options.FilesKept < 0) yield return $"{Section}.{nameof(options.FilesKept)} must not be negative.";
        if (options.QueueLinesMax < 1) yield return $"{Section}.{nameof(options.QueueLinesMax)} must be at least 1.";
    }
}
