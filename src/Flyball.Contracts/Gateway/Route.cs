namespace Flyball.Contracts.Gateway;

/// <summary>Which requests go to which service; written by the API only.</summary>
public sealed record Route
{
    public int Format { get; set; } = 1;

    /// <summary>Lower case; null for any host; <c>*.example.com</c> for one label or more below.</summary>
    public string? Host { get; init; }

    /// <summary>The path's beginning, whole segments; <c>/</c> for all.</summary>
    public string PathPrefix { get; set; } = "/";

    /// <summary>Removes the prefix before the request is forwarded.</summary>
    public bool StripPrefix { get; init; }

    /// <summary>The service in the catalogue: a workload's name.</summary>
    public required string Service { get; init; }

    /// <summary>The port's name; null for the service's first.</summary>
    public string? Port { get; init; }

    /// <summary><c>http</c> (HTTP/1.1 to the back end) or <c>h2c</c> (HTTP/2 without TLS, for gRPC).</summary>
    public string Protocol { get; set; } = "http";

    /// <summary>From the whole request sent to the answer's headers.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Further tries of an idempotent request that got no answer.</summary>
    public int Retries { get; set; } = 2;

    /// <summary>Bytes of a request's body at most; null for the gateway's default.</summary>
    public long? BodyBytesMax { get; init; }

    /// <summary>The Compose project it came with; null when made on its own.</summary>
    public string? Project { get; init; }
}
