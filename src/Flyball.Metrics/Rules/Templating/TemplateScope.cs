using Flyball.Metrics.Model;

namespace Flyball.Metrics.Rules.Templating;

/// <summary>What a template is expanded with.</summary>
internal sealed record TemplateScope
{
    /// <summary><c>$labels</c>: of the series that the alert is about.</summary>
    public required Labels Labels { get; init; }

    /// <summary><c>$value</c>: a number, or the text of a histogram.</summary>
    public required object Value { get; init; }

    /// <summary><c>$externalLabels</c>.</summary>
    public Labels ExternalLabels { get; init; } = Labels.Empty;

    /// <summary><c>$externalURL</c>.</summary>
    public string ExternalUrl { get; init; } = "";

    /// <summary>The function <c>query</c>: an instant query at the time of the evaluation.</summary>
    /// <remarks>Throws <see cref="TemplateException"/> when the query fails.</remarks>
    public Func<string, IReadOnlyList<TemplateSample>> Query { get; init; } = static _ => [];

    /// <summary>The time of the evaluation.</summary>
    public required long AtUnixMs { get; init; }
}
