namespace Flyball.Metrics.Rules.Templating;

/// <summary>A parsed template, expanded as often as needed. Immutable and thread-safe.</summary>
internal sealed class Template
{
    /// <summary>Rules write <c>$labels</c> and <c>$value</c> without declaring them.</summary>
    private static readonly string[] Given = ["labels", "externalLabels", "externalURL", "value"];

    private readonly IReadOnlyList<TemplateNode> nodes;
    private readonly Dictionary<string, IReadOnlyList<TemplateNode>> defined;

    private Template(
        string text, IReadOnlyList<TemplateNode> nodes, Dictionary<string, IReadOnlyList<TemplateNode>> defined)
    {
        Text = text;
        this.nodes = nodes;
        this.defined = defined;
    }

    /// <summary>As it was written.</summary>
    public string Text { get; }

    /// <summary>A text that is no template, whatever braces it has.</summary>
    public static Template Plain(string text, out string error)
    {
        error = "";
        return new Template(text, [new TextNode(text)], []);
    }

    /// <summary>Null and a reason when the text is no template.</summary>
    public static Template? TryParse(string text, out string error)
    {
        error = "";
        var defined = new Dictionary<string, IReadOnlyList<TemplateNode>>(StringComparer.Ordinal);
        try
        {
            return new Template(text, TemplateParser.Parse(text, defined), defined);
        }
        catch (TemplateException e)
        {
            error = e.Message;
            return null;
        }
    }

    /// <summary>The text, or the reason in its place: an alert is sent even when its description fails.</summary>
    public string Expand(TemplateScope scope, out string? error)
    {
        error = null;
        if (nodes is [TextNode only]) return only.Text;
        try
        {
            return new TemplateRun(scope, defined, Given).Execute(nodes);
        }
        catch (TemplateException e)
        {
            error = e.Message;
            return $"<error expanding template: {e.Message}>";
        }
    }
}
