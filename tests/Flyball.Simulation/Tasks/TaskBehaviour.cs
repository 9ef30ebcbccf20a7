namespace Flyball.Simulation.Tasks;

/// <summary>What a version's tasks do; the beginning of their image's name, as in <c>good:7</c>.</summary>
internal static class TaskBehaviour
{
    /// <summary>Starts, becomes healthy after a while, serves.</summary>
    public const string Good = "good";

    /// <summary>Exits with an error soon after its start, every time.</summary>
    public const string Exits = "exits";

    /// <summary>Runs and never passes its health check.</summary>
    public const string Sick = "sick";

    /// <summary>Cannot be started.</summary>
    public const string Missing = "missing";

    public static readonly string[] Broken = [Exits, Sick, Missing];

    public static string Of(string? image) => image is null ? Good : image.Split(':')[0];
}
