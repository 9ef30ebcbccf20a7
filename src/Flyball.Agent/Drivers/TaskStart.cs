namespace Flyball.Agent.Drivers;

/// <summary>The outcome of a start: a handle or a failure. After a failure nothing of this attempt runs.</summary>
internal readonly record struct TaskStart(TaskHandle? Handle, DriverFailure? Failure)
{
    public static TaskStart Ok(TaskHandle handle) => new(handle, null);

    public static TaskStart Failed(string message, bool permanent = false) =>
        new(null, new DriverFailure(message, permanent));
}
