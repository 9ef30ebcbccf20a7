namespace Flyball.Contracts.Gateway.Security;

/// <summary>Basic authentication by consumers' names and passwords; the header is not passed on.</summary>
public sealed record RouteBasicAuth
{
    /// <summary>What browsers show when they ask.</summary>
    public string Realm { get; set; } = "flyball";
}
