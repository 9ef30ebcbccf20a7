namespace Flyball.Load.Measuring;

/// <summary>Requests without an answer, for one reason.</summary>
/// <param name="Message">What the system said the first time; null where it said nothing.</param>
internal sealed record FailureCount(LoadFailure Kind, long Count, string? Message);
