namespace Flyball.Simulation.Tasks;

/// <summary>Sees each first stop signal at the moment it is sent.</summary>
internal interface IStopWitness
{
    void Stopping(string node, SimulatedTask task);
}
