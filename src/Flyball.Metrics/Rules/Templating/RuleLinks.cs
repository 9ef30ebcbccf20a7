namespace Flyball.Metrics.Rules.Templating;

/// <summary>Where people see an expression, below the server's address; the paths are Prometheus'.</summary>
internal static class RuleLinks
{
    public static string Table(string expression) => $"/graph?g0.expr={Uri.EscapeDataString(expression)}&g0.tab=1";

    public static string Graph(string expression) => $"/graph?g0.expr={Uri.EscapeDataString(expression)}&g0.tab=0";
}
