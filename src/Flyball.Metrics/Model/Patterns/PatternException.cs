namespace Flyball.Metrics.Model.Patterns;

/// <summary>Carries a syntax error out of the recursive parser; never leaves <see cref="PatternParser"/>.</summary>
internal sealed class PatternException(string message) : Exception(message);
