namespace Flyball.Simulation.Scenarios;

/// <summary>A rule was broken; the message has the seed and the last lines of the trace.</summary>
internal sealed class SimulationFailure(string message) : Exception(message);
