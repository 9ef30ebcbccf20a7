namespace Flyball.Metrics.Rules.Templating;

/// <summary>A template that cannot be parsed or expanded; never leaves this folder's public methods.</summary>
internal sealed class TemplateException(string message) : Exception(message);
