namespace Flyball.Store.Committing;

/// <summary>Something the writer does within a group: it is staged, then told how the group ended.</summary>
internal interface IStoreWork
{
    /// <summary>What it takes of the queue's and the group's bound.</summary>
    long SizeBytes { get; }

    /// <summary>True when the caller gave up before the writer came to it; it is then left out.</summary>
    bool TryCancel();

    void Stage(CommitGroup group);

    /// <summary>The group is durable and visible.</summary>
    void Complete();

    /// <summary>Nothing of the group was written.</summary>
    void Fail(string reason, Base.Resources.Revision current);
}
