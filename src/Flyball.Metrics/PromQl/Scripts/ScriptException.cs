namespace Flyball.Metrics.PromQl.Scripts;

/// <summary>A line of a script cannot be read.</summary>
internal sealed class ScriptException(int line, string message) : Exception(message)
{
    public int Line => line;
}
