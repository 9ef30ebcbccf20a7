namespace Flyball.Simulation.Scenarios;

/// <summary>What a run was like. Two runs of a seed have the same, to the last step.</summary>
internal sealed record SeedResult(
    ulong Hash, long Lines, long Steps, int Faults, long Answered, long AnsweredInCalm, long Revision);
