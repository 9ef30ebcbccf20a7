namespace Flyball.Client;

/// <summary>Where the catalogue is, and how it is followed.</summary>
public sealed class FlyballDiscoveryOptions
{
    /// <summary>The Consul door of a Flyball server. Default <c>http://127.0.0.1:8500</c>.</summary>
    public Uri Address { get; set; } = new("http://127.0.0.1:8500");

    /// <summary>Sent as <c>X-Consul-Token</c>, for a Consul that asks for one. Default none.</summary>
    public string? Token { get; set; }

    /// <summary>How long one blocking query waits for a change. Default 1 minute; 1 second to 10 minutes.</summary>
    public TimeSpan Wait { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long the first request to a service waits for its first answer. Default 5 s.</summary>
    public TimeSpan FirstAnswer { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Which names are looked up at all; the rest is left to the other providers. Default every name.
    /// </summary>
    public Func<string, bool> Serves { get; set; } = _ => true;
}
