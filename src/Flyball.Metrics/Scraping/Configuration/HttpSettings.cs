namespace Flyball.Metrics.Scraping.Configuration;

/// <summary>How to speak to a target or a discovery service.</summary>
internal sealed record HttpSettings
{
    public BasicAuth? BasicAuth { get; init; }

    public HttpAuthorization? Authorization { get; init; }

    public TlsSettings Tls { get; init; } = new();

    public bool FollowsRedirects { get; init; } = true;

    public bool AllowsHttp2 { get; init; } = true;

    public Uri? Proxy { get; init; }

    public bool ProxyFromEnvironment { get; init; }

    public IReadOnlyList<HttpHeader> Headers { get; init; } = [];
}
