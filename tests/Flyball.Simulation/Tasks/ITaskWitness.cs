namespace Flyball.Simulation.Tasks;

/// <summary>Sees each start, and each first stop signal, at the moment it happens.</summary>
internal interface ITaskWitness
{
    void Starting(string node, SimulatedTask task);

    void Stopping(string node, SimulatedTask task);
}
