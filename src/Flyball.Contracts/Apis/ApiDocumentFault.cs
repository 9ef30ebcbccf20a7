namespace Flyball.Contracts.Apis;

/// <summary>One thing that is wrong with an OpenAPI document.</summary>
/// <param name="Pointer">JSON pointer; empty for the document as a whole.</param>
/// <param name="Line">From 1; 0 when there is none to name.</param>
/// <param name="Column">From 1.</param>
/// <param name="Message">What is wrong.</param>
public sealed record ApiDocumentFault(string Pointer, int Line, int Column, string Message);
