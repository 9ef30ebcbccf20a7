namespace Flyball.Metrics.Rules.Templating;

/// <summary>A part of a template that writes something, or decides what is written.</summary>
internal abstract record TemplateNode;

/// <summary>Text as it is.</summary>
internal sealed record TextNode(string Text) : TemplateNode;

/// <summary>A value that is written, or given to a variable.</summary>
/// <param name="Pipeline">The value.</param>
/// <param name="Variable">The variable, or null to write the value.</param>
/// <param name="Declares">Whether the variable is new (<c>:=</c>).</param>
internal sealed record ValueNode(Pipeline Pipeline, string? Variable, bool Declares) : TemplateNode;

/// <summary><c>if</c>, or <c>with</c>, which also makes the value the dot.</summary>
internal sealed record ConditionNode(
    Pipeline Condition, string? Variable, bool SetsDot, IReadOnlyList<TemplateNode> Then,
    IReadOnlyList<TemplateNode> Else) : TemplateNode;

/// <summary><c>range</c>: once for each element.</summary>
/// <param name="Items">A list or a map.</param>
/// <param name="Key">The variable for the index or key, or null.</param>
/// <param name="Item">The variable for the element, or null.</param>
/// <param name="Body">For each element, which is the dot.</param>
/// <param name="Else">When there is none.</param>
internal sealed record RangeNode(
    Pipeline Items, string? Key, string? Item, IReadOnlyList<TemplateNode> Body, IReadOnlyList<TemplateNode> Else)
    : TemplateNode;

/// <summary><c>template "name" value</c>.</summary>
internal sealed record IncludeNode(string Name, Pipeline? Dot) : TemplateNode;

/// <summary><c>break</c> and <c>continue</c>.</summary>
internal sealed record LeaveNode(bool EndsLoop) : TemplateNode;
