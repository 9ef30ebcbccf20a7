namespace Flyball.Discovery.Registrations;

/// <summary>What a check says, from best to worst, as Consul names them.</summary>
internal enum CheckStatus
{
    Passing,
    Warning,
    Critical,
}

/// <summary>The states' names on the wire.</summary>
internal static class CheckStatusNames
{
    public static string Name(this CheckStatus status) => status switch
    {
        CheckStatus.Passing => "passing",
        CheckStatus.Warning => "warning",
        _ => "critical",
    };

    /// <summary>Null when it is none of the three.</summary>
    public static CheckStatus? Parse(string text) => text switch
    {
        "passing" => CheckStatus.Passing,
        "warning" => CheckStatus.Warning,
        "critical" => CheckStatus.Critical,
        _ => null,
    };
}
