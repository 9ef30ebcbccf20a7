namespace Flyball.Scheduling.Compose.Interpolation;

/// <summary>The variables of a compilation: the caller's environment, then the <c>.env</c> file.</summary>
internal sealed class VariableScope(
    IReadOnlyDictionary<string, string> environment, IReadOnlyDictionary<string, string> dotEnv)
{
    private readonly SortedSet<string> asked = new(StringComparer.Ordinal);

    /// <summary>Every name that was looked up so far: a caller sends these of its environment and no others.</summary>
    public IReadOnlyCollection<string> Asked => asked;

    public string? Find(string name)
    {
        asked.Add(name);
        return environment.GetValueOrDefault(name) ?? dotEnv.GetValueOrDefault(name);
    }
}
