using Flyball.Metrics.Model;
using Flyball.Metrics.PromQl.Syntax;
using Flyball.Metrics.Rules.Templating;

namespace Flyball.Metrics.Rules.Files;

/// <summary>A rule as its file says it.</summary>
internal sealed record RuleSpec
{
    /// <summary>The metric that a recording rule writes, or the alert's name.</summary>
    public required string Name { get; init; }

    public required bool IsAlert { get; init; }

    public required Expr Expr { get; init; }

    /// <summary>The expression on one line, as it is evaluated and shown.</summary>
    public required string Query { get; init; }

    /// <summary>How long the condition must hold before the alert fires.</summary>
    public TimeSpan For { get; init; }

    /// <summary>How long the alert goes on firing after the condition is over.</summary>
    public TimeSpan KeepFiringFor { get; init; }

    /// <summary>Labels that the result gets; those of alerts are templates.</summary>
    public IReadOnlyList<(string Name, Template Value)> Labels { get; init; } = [];

    public IReadOnlyList<(string Name, Template Value)> Annotations { get; init; } = [];

    /// <summary>The labels as they are written.</summary>
    public Labels PlainLabels => ToLabels(Labels);

    /// <summary>The annotations as they are written.</summary>
    public Labels PlainAnnotations => ToLabels(Annotations);

    /// <summary>What makes two rules the same over a reload: kind, name and labels.</summary>
    public string Identity => $"{(IsAlert ? "alert" : "record")} {Name}{PlainLabels}";

    private static Labels ToLabels(IReadOnlyList<(string Name, Template Value)> pairs) =>
        Model.Labels.From(pairs.Select(pair => new Label(pair.Name, pair.Value.Text)));
}
