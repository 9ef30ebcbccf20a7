namespace Flyball.Scheduling.Compose.Interpolation;

/// <summary>The variables of a compilation: the caller's environment, then the <c>.env</c> file.</summary>
internal sealed class VariableScope(
    IReadOnlyDictionary<string, string> environment, IReadOnlyDictionary<string, string> dotEnv)
{
    public string? Find(string name) => environment.GetValueOrDefault(name) ?? dotEnv.GetValueOrDefault(name);
}
