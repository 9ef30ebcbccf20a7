namespace Flyball.Gateway.Tests;

/// <summary>The ways through a gateway.</summary>
public enum Way
{
    Loops,
    Kestrel,

    /// <summary>Over TLS, with the loops in front.</summary>
    SecureLoops,

    /// <summary>
    /// Over TLS to a loop, and decrypted on to Kestrel: every route has something that loops do not do.
    /// </summary>
    Tunnel,

    SecureKestrel,
}

internal static class Ways
{
    /// <summary>The loops serve the requests.</summary>
    public static bool IsFast(this Way way) => way is Way.Loops or Way.SecureLoops;

    public static bool HasLoops(this Way way) => way.IsFast() || way == Way.Tunnel;

    public static bool IsSecure(this Way way) => way is not (Way.Loops or Way.Kestrel);

    public static string Scheme(this Way way) => way.IsSecure() ? "https" : "http";
}
