namespace Flyball.Contracts.Gateway.Security;

/// <summary>API keys.</summary>
public sealed record RouteKeyAuth
{
    /// <summary>The header that carries the key; it is not passed on.</summary>
    public string Header { get; set; } = "X-Api-Key";
}
